export { resolveByDns, type ClientCertificate } from './connections.js';
export { Sender } from './sender.js';
export { newKeyPair, newSecret, sign, signingKey, Unverified, verify, verifyingKey } from './signature.js';
