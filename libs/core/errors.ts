import { randomUUID } from 'node:crypto';

/** The closed list of `extensions.code`. NOT_FOUND also stands for what is hidden; FORBIDDEN speaks of the caller alone. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'INVALID'
  | 'CONFLICT'
  | 'TOO_COSTLY'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** One fault of an input: where, and what is wrong there. */
export interface InputFault {
  path: string;
  message: string;
}

/** The one error that reaches a client. Anything else that is thrown becomes INTERNAL with an id that is in the log. */
export class ServiceError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly faults: readonly InputFault[] = [],
  ) {
    super(message);
  }

  get extensions(): Record<string, unknown> {
    return this.faults.length > 0 ? { code: this.code, faults: this.faults } : { code: this.code };
  }
}

/** Too much at once: the same request is good later. */
export class RateLimited extends ServiceError {
  /** @param retryAfter seconds until it is worth trying again (RFC 9110, section 10.2.3) */
  constructor(
    message: string,
    readonly retryAfter: number,
  ) {
    super('RATE_LIMITED', message);
  }

  override get extensions(): Record<string, unknown> {
    return { ...super.extensions, retryAfter: this.retryAfter };
  }
}

/** Who asks must prove anew who it is, and the same request is good then (as RFC 9470 has it for HTTP). */
class ProofTooOld extends ServiceError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }

  override get extensions(): Record<string, unknown> {
    return { ...super.extensions, reason: 'INSUFFICIENT_USER_AUTHENTICATION', maxAge: PROOF_LIFE };
  }
}

/** Seconds for which a proof is fresh: the database has the same (fresh_proof). */
const PROOF_LIFE = 600;

/** One answer for what does not exist and for what the caller may not see. */
export const notFound = (thing: string, path?: string): ServiceError =>
  new ServiceError('NOT_FOUND', `No such ${thing}.`, path ? [{ path, message: `No such ${thing}.` }] : []);

export const invalid = (path: string, message: string): ServiceError =>
  new ServiceError('INVALID', message, [{ path, message }]);

export const conflict = (message: string, path?: string): ServiceError =>
  new ServiceError('CONFLICT', message, path ? [{ path, message }] : []);

/** SQLSTATEs that our own functions raise; their message and detail (a path) are written for the client. */
const raised: Partial<Record<string, ErrorCode>> = {
  EN401: 'UNAUTHENTICATED',
  EN403: 'FORBIDDEN',
  EN404: 'NOT_FOUND',
  EN409: 'CONFLICT',
  EN422: 'INVALID',
};

/** SQLSTATEs and socket errors that pass: the caller may try again. */
const passing = new Set([
  '40001',
  '40P01',
  '55P03',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
  '08001',
]);
const passingSocket = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);

interface DatabaseFault {
  code: string;
  message: string;
  detail?: string;
}

function databaseFault(error: unknown): DatabaseFault | null {
  // TypeORM wraps what the driver threw.
  const inner = Error.isError(error) && 'driverError' in error ? error.driverError : error;
  if (!Error.isError(inner) || !('code' in inner) || typeof inner.code !== 'string') return null;
  const detail = 'detail' in inner && typeof inner.detail === 'string' ? inner.detail : undefined;
  return detail === undefined
    ? { code: inner.code, message: inner.message }
    : { code: inner.code, message: inner.message, detail };
}

/**
 * What a client is told of any thrown thing. Text of the database or of a library never passes.
 * @param log receives the id and the original error when it is INTERNAL
 */
export function toServiceError(error: unknown, log: (id: string, error: unknown) => void): ServiceError {
  if (error instanceof ServiceError) return error;
  const fault = databaseFault(error);
  if (fault) {
    if (fault.code === 'EN428') return new ProofTooOld(fault.message);
    const code = raised[fault.code];
    if (code)
      return new ServiceError(
        code,
        fault.message,
        fault.detail ? [{ path: fault.detail, message: fault.message }] : [],
      );
    if (fault.code === '57014')
      return new ServiceError('TOO_COSTLY', 'The request took too long and was stopped.');
    if (passing.has(fault.code) || passingSocket.has(fault.code)) {
      return new ServiceError('UNAVAILABLE', 'The service is busy or restarting. Try again in a moment.');
    }
  }
  if (
    Error.isError(error) &&
    /Connection terminated|not queryable|connection timeout|timeout exceeded/i.test(error.message)
  ) {
    return new ServiceError('UNAVAILABLE', 'The service is busy or restarting. Try again in a moment.');
  }
  const id = randomUUID();
  log(id, error);
  return new ServiceError('INTERNAL', `Something went wrong on our side. Quote ${id} to the operator.`);
}
