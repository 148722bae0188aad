export { DEMO_ISSUER, DemoIssuer, type DemoMember } from './demo-issuer.js';
export { IdentityModule } from './identity.module.js';
export { TOKEN_LIFE, type TrustedIssuer } from './tokens.js';
