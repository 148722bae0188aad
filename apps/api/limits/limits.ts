import { getOperationAST, Kind, OperationTypeNode, parse, type DocumentNode } from 'graphql';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Bearer, OperationContext, SignedRequest, Turn } from '#access';
import { ServiceError } from '#core';
import { isGraphql, operationNameOf } from '../graphql-over-http.js';
import { Budgets, type AgencyLimits, type Spent } from './budgets.js';
import { costOf, type Cost } from './cost.js';
import { checkNesting, checkShape } from './shape.js';

/** Bytes of a request of nobody's: it may ask `{ __typename }`. */
const STRANGERS_BODY = 16 * 1024;
/**
 * Bytes of a refused request that are worth reading to keep its connection. A larger one's is closed: 10 MB that
 * nobody wants would take the service 5 ms.
 */
const READ_AND_DROPPED = 256 * 1024;

/**
 * What an agency may ask of the service, and a stranger. Before the body is read: has the agency anything left of its
 * budget? Before the operation runs: is it of a bounded shape, may it run beside those that do, can it be paid for?
 * @returns what each agency has left: subscriptions pay from the same
 */
export function limitRequests(fastify: FastifyInstance, limits: AgencyLimits): Budgets {
  const budgets = new Budgets(limits);
  const running = new WeakMap<FastifyRequest, string>();

  fastify.addHook('onRequest', async (request, reply) => {
    if (!isGraphql(request)) return;
    // Without a length it may be anything up to the limit.
    const bytes = Number(request.headers['content-length'] ?? fastify.initialConfig.bodyLimit);
    const agency = payerOf(request);
    try {
      if (agency !== null) budgets.admit(agency, bytes);
      else if (!(bytes <= STRANGERS_BODY)) throw unknown();
    } catch (refused) {
      if (bytes > READ_AND_DROPPED) void reply.header('connection', 'close');
      throw refused;
    }
  });
  fastify.addHook('preHandler', async (request: SignedRequest) => {
    const agency = payerOf(request);
    if (agency === null || !isGraphql(request)) return;
    await budgets.enter(agency);
    running.set(request, agency);
    const again = async (): Promise<void> => {
      await budgets.enterAgain(agency);
      running.set(request, agency);
    };
    request.turn = turnOf(again, () => {
      if (running.delete(request)) budgets.leave(agency);
    });
  });
  // What a client that went away asked for still runs: its place is free when there is an answer, sent or not.
  fastify.addHook('onSend', async (request, _, payload) => {
    const agency = running.get(request);
    if (agency !== undefined && running.delete(request)) budgets.leave(agency);
    return payload;
  });
  fastify.addHook('onReady', async () => limitOperations(fastify, budgets));
  return budgets;
}

const turnOf = (enter: () => Promise<void>, leave: () => void): Turn => ({
  rest: async (waiting) => {
    leave();
    const found = await waiting();
    await enter();
    return found;
  },
});

function limitOperations({ graphql }: FastifyInstance, budgets: Budgets): void {
  const costs = new WeakMap<DocumentNode, Cost>();
  const spent = new WeakMap<object, Spent>();

  graphql.addHook('preParsing', async (_, source, context) => {
    checkNesting(source);
    if (payerOf(requestOf(context)) === null && !asksNothing(source)) throw unknown();
  });
  graphql.addHook('preValidation', async (_, document) => checkShape(document));
  graphql.addHook('preExecution', async (schema, document, context, variables) => {
    const request = requestOf(context);
    const agency = payerOf(request);
    if (agency === null) return;
    if (getOperationAST(document, operationNameOf(request))?.operation === OperationTypeNode.SUBSCRIPTION)
      throw new ServiceError(
        'INVALID',
        'Subscribe by WebSocket at /graphql, or by server-sent events at /graphql/stream.',
      );
    // Each text is of one operation (graphql-over-http.ts), and its document is kept with it.
    const cost = costs.get(document) ?? costOf(schema, document, operationNameOf(request));
    costs.set(document, cost);
    spent.set(context, budgets.spend(agency, cost(variables)));
  });
  graphql.addHook('onResolution', async (execution, context) => {
    const cost = spent.get(context);
    if (cost) execution.extensions = { ...execution.extensions, cost };
  });
}

/** Of a stranger's operations only `{ __typename }` runs: neither the schema nor what is wrong with a query is told. */
function asksNothing(source: string): boolean {
  try {
    const { definitions } = parse(source, { maxTokens: 50, noLocation: true });
    return definitions.every(
      (one) =>
        one.kind === Kind.OPERATION_DEFINITION &&
        one.selectionSet.selections.every(
          (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
        ),
    );
  } catch (error) {
    // What is no GraphQL is answered as such.
    return !String(error).includes('tokens');
  }
}

const unknown = () =>
  new ServiceError('UNAUTHENTICATED', 'The bearer token is missing, malformed or has expired.');

const requestOf = (context: object): SignedRequest => (context as OperationContext).reply.request;

/** Whose budget pays: the agency that the token names, or the membership where it names none. */
const payerOf = ({ user }: SignedRequest): string | null => (user ? payer(user) : null);
export const payer = ({ agency, memberId }: Bearer): string => agency ?? memberId;
