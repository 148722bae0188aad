export { newKeyPair, newSecret, sign, signingKey, Unverified, verify, verifyingKey } from './signature.js';
