import { errors } from 'oidc-provider';

/** RFC 6749, section 4.1.2.1, at the token endpoint too. */
export function unavailable(why: string): Error {
  const error = new errors.TemporarilyUnavailable(why);
  return Object.assign(error, { status: 503, statusCode: 503 });
}
