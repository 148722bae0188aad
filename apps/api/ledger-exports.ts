import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import {
  callerOf,
  type Bearer,
  type LedgerExports,
  type LedgerExtent,
  type LedgerPage,
  type Role,
  type SignedRequest,
} from '#access';
import { RateLimited, ServiceError, toServiceError, traceOf, type Caller, type Logger } from '#core';
import type { Budgets } from './limits/budgets.js';
import { payer } from './limits/limits.js';
import { refused } from './refused.js';

/** Points of an act. */
const POINTS = 50;
/** A page of a thousand takes the service 10 ms. */
const ENTRIES_A_POINT = 5;
/** Who may ask for `auditTrail`. */
const READERS: readonly Role[] = ['AUDITOR', 'OPERATOR'];

interface Exporting {
  exports: LedgerExports;
  budgets: Budgets;
  log: Logger;
}

/**
 * `GET /ledger-exports/ID`, by the id of the pending act that two have done: the ledger in lines of JSON, the oldest
 * entry first, one at a time for an agency. The last line counts them and has the SHA-256 of all bytes before it: a
 * file without it is not whole. Each page is read under the rights of its moment, and none after the token has ended.
 */
export function ledgerExportRoute({ exports, budgets, log }: Exporting): FastifyPluginAsync {
  /** Agencies to which one is on its way. */
  const underWay = new Set<string>();

  async function opened(user: Bearer, caller: Caller, id: string): Promise<Readable> {
    const agency = payer(user);
    const extent = await budgets.inTurn(agency, () => exports.fetch(caller, id));
    const closed = new AbortController();
    const next = async (after: LedgerPage | null): Promise<LedgerPage> => {
      const points = Math.ceil((after?.length ?? 0) / ENTRIES_A_POINT);
      if (!(await budgets.paid(agency, points, closed.signal))) throw new Error('Nobody reads on.');
      return budgets.inTurn(agency, () => exports.next(caller, extent, after));
    };
    const lines = Readable.from(linesOf(extent, next), { objectMode: false });
    const late = () => lines.destroy(new Error('The token has ended.'));
    const end = setTimeout(late, (user.until ?? 0) - Date.now());
    return lines.once('close', () => {
      closed.abort();
      clearTimeout(end);
      underWay.delete(agency);
    });
  }

  return async (fastify) => {
    fastify.setErrorHandler((error, request, reply) => refused(describe(error, log), request, reply));
    const onRequest = async (request: SignedRequest): Promise<void> =>
      budgets.admit(payer(userOf(request)), 0);
    const route = { onRequest, exposeHeadRoute: false };
    fastify.get<{ Params: { id: string } }>('/ledger-exports/:id', route, async (request, reply) => {
      const user = userOf(request);
      const agency = payer(user);
      budgets.spend(agency, POINTS);
      if (underWay.has(agency)) throw new RateLimited('One export of your agency at a time.', 5);
      underWay.add(agency);
      const { id } = request.params;
      const lines = await opened(user, callerOf(request, READERS), id).catch((error: unknown) => {
        underWay.delete(agency);
        throw error;
      });
      return reply
        .headers({
          'content-type': 'application/x-ndjson; charset=utf-8',
          'cache-control': 'no-store',
          'content-disposition': `attachment; filename="ledger-${id}.ndjson"`,
        })
        .send(lines);
    });
  };
}

const describe = (error: unknown, log: Logger): ServiceError =>
  toServiceError(error, (id, lost) => log.error({ id, ...traceOf(lost) }, 'unexpected error'));

function userOf({ user }: FastifyRequest & Pick<SignedRequest, 'user'>) {
  if (user) return user;
  throw new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');
}

/** A page is read when the one before has been taken: so much is in memory, however slow the reader. */
async function* linesOf(
  { from, until }: LedgerExtent,
  next: (after: LedgerPage | null) => Promise<LedgerPage>,
): AsyncGenerator<string> {
  const sha256 = createHash('sha256');
  let entries = 0;
  for (let page = await next(null); page.length > 0; page = await next(page)) {
    const text = page.map(({ key: _, ...entry }) => `${JSON.stringify(entry)}\n`).join('');
    sha256.update(text);
    entries += page.length;
    yield text;
  }
  yield `${JSON.stringify({ from, until, entries, sha256: sha256.digest('hex') })}\n`;
}
