export {
  keyOfJwk,
  newKeyPair,
  newSecret,
  publicKeyOf,
  sign,
  signingKey,
  TOLERANCE,
  Unverified,
  verify,
  verifyingKey,
  type WebhookKey,
} from './signature.js';
