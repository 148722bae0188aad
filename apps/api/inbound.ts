import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { callerOf, type Role, type SignedRequest } from '#access';
import { invalid, ServiceError, toServiceError, traceOf, type Caller, type Logger } from '#core';
import {
  neededFor,
  postedOf,
  signedBy,
  type Claimed,
  type IntakeService,
  type ReceiptType,
  type Signers,
} from '#intake';
import { strictReader } from './json-body.js';
import type { Budgets } from './limits/budgets.js';
import { payer } from './limits/limits.js';
import { refused } from './refused.js';

/** Of a body, which nobody unpacks: three documents of the largest size, or a batch of ordinary ones. */
const LARGEST = 1024 * 1024;
/** Points of one event: as of a mutation. */
const POINTS = 50;

interface Inbound {
  intake: IntakeService;
  signers: Signers;
  budgets: Budgets;
  log: Logger;
}

/** Who posts, whose budget pays, and how it is shown: by the signature of these bytes, or by a token. */
interface Sender {
  caller: (needed: readonly Role[]) => Caller;
  agency: string;
}

/**
 * What agency systems post: `POST /inbound`, and `POST /inbound/check`, which tries it and leaves nothing. By Standard
 * Webhooks 1.0.0 with a key of the client that `entente-client` names, or with the client's own token.
 */
export function inboundRoutes({ intake, signers, budgets, log }: Inbound): FastifyPluginAsync {
  return async (fastify) => {
    // The signature is of the bytes: they are kept as they came.
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    );
    fastify.setErrorHandler((error, request, reply) =>
      refused(describe(error, log), request, reply, statusOf(error)),
    );
    const parse = parserOf(fastify);
    const claims = new WeakMap<SignedRequest, Claimed>();

    const take = async (request: SignedRequest, rehearse: boolean): Promise<ReceiptType> => {
      const { body } = request;
      if (!Buffer.isBuffer(body)) throw invalid('body', 'Send JSON as application/json.');
      const id = messageId(request);
      const { caller, agency } = senderOf(request, body, claims.get(request), budgets);
      const posted = postedOf(await parse(request, body));
      budgets.spend(agency, POINTS * posted.items.length);
      await budgets.enter(agency);
      try {
        const message = { id, body, posted };
        return await intake[rehearse ? 'rehearse' : 'take'](caller(neededFor(posted)), message);
      } finally {
        budgets.leave(agency);
      }
    };
    const onRequest = async (request: SignedRequest): Promise<void> => {
      admit(request, budgets);
      if (request.user) return;
      const claimed = await signers.claimed(request.headers);
      // Reading and verifying cost, and who claims to be a client may not be it: that is not for its agency to pay.
      budgets.admit(`claims to be ${claimed?.clientId ?? 'nobody that is known'}`, bytesOf(request.headers));
      if (claimed) claims.set(request, claimed);
    };
    const options = { bodyLimit: LARGEST, onRequest };
    fastify.post('/inbound', options, async (request, reply) => {
      const { id, receivedAt, outcomes } = await take(request, false);
      return reply.status(202).send({ receipt: id, receivedAt, outcomes });
    });
    fastify.post('/inbound/check', options, async (request, reply) => {
      const { clientId, kid, outcomes } = await take(request, true);
      return reply.status(200).send({ now: new Date(), clientId, kid, outcomes });
    });
  };
}

/** Before the body is read. */
function admit({ headers, user }: SignedRequest, budgets: Budgets): void {
  // Packed, it would be small on the way and large here.
  if (headers['content-encoding'] !== undefined)
    throw invalid('content-encoding', 'Send it as it is: nothing that is packed is taken.');
  if (headers.authorization === undefined) return;
  // A person drafts by draftFinding, with a key for each; what is posted is a machine's.
  if (user?.key === undefined)
    throw new ServiceError('UNAUTHENTICATED', "This takes a system client's token, with its proof.");
  budgets.admit(payer(user), bytesOf(headers));
}

const bytesOf = (headers: FastifyRequest['headers']): number => Number(headers['content-length'] ?? LARGEST);

/** In the header for whoever has a token, too: a message has one effect however it comes. */
function messageId({ headers }: FastifyRequest): string {
  const id = headers['webhook-id'];
  if (typeof id !== 'string' || !/^[\x21-\x2d\x2f-\x7e]{1,100}$/.test(id))
    throw invalid('webhook-id', 'One to 100 printable ASCII characters without spaces and full stops.');
  return id;
}

function senderOf(
  request: SignedRequest,
  body: Buffer,
  claimed: Claimed | undefined,
  budgets: Budgets,
): Sender {
  const { headers, user } = request;
  if (user) return { caller: (needed) => callerOf(request, needed), agency: payer(user) };
  const kid = signedBy(claimed ?? null, headers, body);
  if (!claimed) throw new ServiceError('UNAUTHENTICATED', 'No signature is by a key that is known.');
  budgets.admit(claimed.agency, body.length);
  return {
    caller: (needed) => ({ id: claimed.clientId, needed, key: kid, signed: true }),
    agency: claimed.agency,
  };
}

/** As GraphQL's bodies are read. @throws ServiceError INVALID */
function parserOf(fastify: FastifyInstance): (request: FastifyRequest, body: Buffer) => Promise<unknown> {
  const read = strictReader(fastify);
  return (request, body) =>
    new Promise((resolve, reject) => {
      read(request, body, (error, parsed) => {
        if (!error) resolve(parsed);
        else reject(error instanceof ServiceError ? error : invalid('body', 'The body is not JSON.'));
      });
    });
}

/** What Fastify finds fault with: a body that is too large, or no JSON by its type. */
const statusOf = (error: unknown): number | undefined =>
  error instanceof Error &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode < 500
    ? error.statusCode
    : undefined;

function describe(error: unknown, log: Logger): ServiceError {
  const status = statusOf(error);
  if (status === 413) return invalid('body', `The body is larger than ${LARGEST} bytes.`);
  if (status === 415) return invalid('content-type', 'Send JSON as application/json.');
  if (status !== undefined) return new ServiceError('INVALID', 'The request is not valid.');
  return toServiceError(error, (id, lost) => log.error({ id, ...traceOf(lost) }, 'unexpected error'));
}
