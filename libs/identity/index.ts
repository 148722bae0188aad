export { DEMO_ISSUER, DemoIssuer } from './demo-issuer.js';
export { IdentityModule } from './identity.module.js';
export { TOKEN_LIFE, type TrustedIssuer } from './tokens.js';
