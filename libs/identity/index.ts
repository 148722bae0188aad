export { AuthorizationServer } from './authorization-server.js';
export { DEMO_ISSUER, DemoIssuer, type DemoMember } from './demo-issuer.js';
export type { DpopTold } from './dpop.strategy.js';
export { IdentityModule, type IdentityOptions } from './identity.module.js';
export { SigningKeys } from './signing-keys.js';
export { TOKEN_LIFE } from './token-rules.js';
