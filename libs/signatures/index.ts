export {
  keyOfJwk,
  newKeyPair,
  newSecret,
  sign,
  signingKey,
  TOLERANCE,
  Unverified,
  verify,
  verifyingKey,
  type WebhookKey,
} from './signature.js';
