export { resolveByDns, type ClientCertificate } from './connections.js';
export { Sender, type Attempt, type Outgoing } from './sender.js';
export type { LocalReceivers } from './destination.js';
export { strangersUrl } from './url.js';
