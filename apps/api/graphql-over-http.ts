import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '#core';

const ROUTE = '/graphql';
const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/**
 * What Mercurius lacks of GraphQL over HTTP: parameters that are null (a MUST) or of a wrong type, and the media type
 * `application/graphql-response+json`. Operations come by POST alone. A request that is no operation is answered 400 in both media types: a typed
 * 4xx tells a proxy and a log more than the 200 that the specification suggests for `application/json`.
 */
export function graphqlOverHttp(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (!isGraphql(request)) return undefined;
    if (request.method !== 'POST') return refuseMethod(reply);
    if (!isJson(request)) throw new ServiceError('INVALID', 'Send operations as application/json.');
    return undefined;
  });
  fastify.addHook('preValidation', async (request) => {
    if (isGraphql(request) && isObject(request.body)) request.body = parameters(request.body);
  });
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (isGraphql(request) && prefersGraphqlResponse(request)) useGraphqlResponse(reply);
    return payload;
  });
}

export const isGraphql = (request: FastifyRequest): boolean => request.routeOptions.url === ROUTE;

/** Of the request's operation; undefined where it names none. */
export function operationNameOf({ body }: FastifyRequest): string | undefined {
  const name: unknown =
    typeof body === 'object' && body && 'operationName' in body ? body.operationName : null;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Mercurius would also take a bare document, without variables. */
const isJson = ({ headers }: FastifyRequest): boolean =>
  /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');

/** A query in a URL ends up in logs and caches. */
const refuseMethod = (reply: FastifyReply): FastifyReply =>
  reply
    .status(405)
    .header('allow', 'POST')
    .send({ errors: [{ message: 'Send operations by POST.', extensions: { code: 'INVALID' } }] });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws ServiceError INVALID for a parameter of a wrong type */
function parameters(body: Record<string, unknown>): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const fault = (name: string, type: string) =>
    new ServiceError('INVALID', `The parameter \`${name}\` must be ${type}.`);
  for (const name of ['query', 'operationName']) {
    if (name in given && typeof given[name] !== 'string') throw fault(name, 'a string');
  }
  for (const name of ['variables', 'extensions']) {
    if (name in given && !isObject(given[name])) throw fault(name, 'an object');
  }
  return typeof given.query === 'string'
    ? { ...given, query: sourceOf(given.query, given.operationName) }
    : given;
}

/**
 * The document with the operation's name behind it, as a comment. Mercurius keeps one compiled operation for each
 * text and would run the first again whatever the next request names: so each operation has a text of its own. And
 * it takes what is no GraphQL as a syntax tree in JSON, past the parser's limits: with a comment, nothing is JSON.
 */
function sourceOf(query: string, operationName: unknown): string {
  const name = typeof operationName === 'string' ? operationName : '';
  if (!/^\w*$/.test(name)) throw new ServiceError('INVALID', 'No operation has such a name.');
  return `${query}\n#${name}`;
}

/** The first of the two that the client names; `application/json` for a client that names neither. */
function prefersGraphqlResponse({ headers: { accept = '' } }: FastifyRequest): boolean {
  const [first] = accept
    .split(',')
    .map((type) => type.split(';')[0]?.trim())
    .filter((type) => type === GRAPHQL_RESPONSE || type === 'application/json');
  return first === GRAPHQL_RESPONSE;
}

function useGraphqlResponse(reply: FastifyReply): void {
  if (String(reply.getHeader('content-type')).startsWith('application/json')) {
    void reply.header('content-type', `${GRAPHQL_RESPONSE}; charset=utf-8`);
  }
}
