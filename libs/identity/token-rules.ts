/** RFC 9068, section 2.1: the type of a JWT access token. */
export const TOKEN_TYPE = 'at+jwt';
/** Who a token is for. */
export const AUDIENCE = 'entente';
/** RFC 8037: Ed25519. With it tokens are signed, the demo's and the service's own. */
export const ALGORITHM = 'EdDSA';
/** Seconds an access token lives. */
export const TOKEN_LIFE = 300;
/** Seconds a clock may be ahead of ours. */
export const SKEW = 10;
/** With which clients sign: assertions and proofs. */
export const CLIENT_ALGORITHMS = ['ES256', 'EdDSA', 'PS256'] as const;
/** Seconds a client's assertion may live. */
export const ASSERTION_LIFE = 60;
/** Seconds a proof of possession is good, in all (RFC 9449, section 11.1). */
export const PROOF_LIFE = 10;
/** So many of them before the time it says, for a clock that is ahead. */
const PROOF_AHEAD = 2;
/** @param iat seconds since 1970 */
export const isRecent = (iat: number): boolean => {
  const left = iat - PROOF_AHEAD + PROOF_LIFE - Date.now() / 1000;
  return left >= 0 && left <= PROOF_LIFE;
};
/** Seconds a person's session lasts at most; the database has the same (session_runs), and its idle time. */
export const SESSION_LIFE = 12 * 3600;
/** Seconds in which somebody has signed in, or has typed the code that a device shows. */
export const SIGN_IN_LIFE = 600;
/** Seconds in which a browser answers with a passkey (WebAuthn, section 15.1: 5 to 10 minutes). */
export const CEREMONY_LIFE = 300;
/** Seconds since somebody proved at a provider who it is, at most, by `auth_time` (OpenID Connect Core, section 2). */
export const PROVIDER_PROOF_AGE = 300;
