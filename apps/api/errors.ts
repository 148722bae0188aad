import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { MercuriusCommonOptions } from 'mercurius';
import { RateLimited, ServiceError, toServiceError, traceOf, type Logger } from '#core';
import { MOST_TOKENS } from './limits/shape.js';
import { challengeOf } from './sign-in.js';
import { STATUS } from './statuses.js';

type ErrorFormatter = NonNullable<MercuriusCommonOptions['errorFormatter']>;

/**
 * Mercurius passes on what was thrown; a client gets our closed list of codes and texts written for it. 200 when the
 * operation ran; when it did not, the status of its first error.
 */
export const answerErrors =
  (log: Logger): ErrorFormatter =>
  ({ data, errors }, { reply }) => {
    const found = errors.flatMap(causes).map((error) => ({ error, told: tell(error, log) }));
    const ran = found.some(({ error }) => error instanceof GraphQLError && error.path !== undefined);
    if (!ran) return refusal(found, reply);
    const answered = found.map(({ error, told }) => describe(error, told));
    return { statusCode: 200, response: { data: data ?? null, errors: answered } };
  };

/** As above, for what was thrown before anything ran, outside of Mercurius. */
export const refuse =
  (log: Logger) =>
  (error: Error, _: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const found = causes(error).map((one) => ({ error: one, told: tell(one, log) }));
    const { statusCode, response } = refusal(found, reply);
    return reply.status(statusCode).send(response);
  };

interface Found {
  error: GraphQLError | Error;
  told: ServiceError;
}

/** A request error has no data entry: nothing ran. */
function refusal(found: readonly Found[], reply: FastifyReply) {
  const first = found[0]?.told;
  if (first instanceof RateLimited) void reply.header('retry-after', first.retryAfter);
  if (first?.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', challengeOf(reply.request));
  const errors = found.map(({ error, told }) => describe(error, told));
  return { statusCode: STATUS[first?.code ?? 'INTERNAL'], response: { errors } };
}

/** As above, for answers that are no HTTP answers of their own. */
export const describeErrors =
  (log: Logger) =>
  (errors: readonly (GraphQLError | Error)[]): GraphQLError[] =>
    errors.flatMap(causes).map((error) => describe(error, tell(error, log)));

/** Mercurius wraps the faults of validation in one error that lists them. */
function causes(error: GraphQLError | Error): (GraphQLError | Error)[] {
  const wrapper = error instanceof GraphQLError ? error.originalError : error;
  const inner = wrapper && 'errors' in wrapper ? wrapper.errors : undefined;
  return Array.isArray(inner) && inner.every((one) => one instanceof Error) ? inner : [error];
}

function describe(error: GraphQLError | Error, { message, extensions }: ServiceError): GraphQLError {
  const known = error instanceof GraphQLError ? error : null;
  return new GraphQLError(message, {
    // Compiled, an operation has lost the places in its text: told, they would tell whether anybody asked it before.
    ...(known?.path ? { path: known.path } : placeOf(known)),
    extensions,
  });
}

/** Where in the request a fault of the request itself is. */
const placeOf = (known: GraphQLError | null) => ({
  ...(known?.nodes && { nodes: known.nodes }),
  ...(known?.source && { source: known.source, positions: known.positions ?? [] }),
});

function tell(error: GraphQLError | Error, log: Logger): ServiceError {
  const known = error instanceof GraphQLError ? error : null;
  const thrown = known ? known.originalError : error;
  // Nothing of ours was thrown: GraphQL itself found fault with the request.
  if (known && (!thrown || thrown instanceof GraphQLError)) return requestFault(known.message);
  if (thrown && isRequestFault(thrown)) return new ServiceError('INVALID', thrown.message);
  return toServiceError(thrown, (id, lost) => log.error({ id, ...traceOf(lost) }, 'unexpected error'));
}

/** Faults that Mercurius and Fastify find before GraphQL does: unknown operation, unparsable JSON, no query. */
const isRequestFault = (error: Error): boolean =>
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500;

/** A variable that does not fit its type, as GraphQL says it: its name, the value, the path inside it, what is wrong. */
const COERCION =
  /^Variable "\$(\w+)" got invalid value [\s\S]*?(?: at "([^"]*)")?; ((?:Field|Expected|Exactly|Value|Enum|Int|Float|String|Boolean|ID|A time)\b[\s\S]*)$/;

/** The parser's word for `maxTokens`. */
const TOO_LONG = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;

/** What GraphQL says of a request, less the values it quotes, and less the names of a schema it offers to strangers. */
function requestFault(said: string): ServiceError {
  if (TOO_LONG.test(said))
    return new ServiceError(
      'TOO_COSTLY',
      `The operation has more than ${MOST_TOKENS} tokens. Send values as variables.`,
    );
  const [, variable = '', path = variable, fault] = COERCION.exec(said) ?? [];
  if (fault === undefined) return new ServiceError('INVALID', withoutValues(said));
  const message = withoutValues(fault);
  return new ServiceError('INVALID', message, [{ path, message }]);
}

const withoutValues = (message: string): string =>
  message
    .replace(/ Did you mean [^?]*\?/g, '')
    .replace(/^Value "[\s\S]*" does not exist in/, 'This value does not exist in')
    .replace(/(cannot represent [^:]*|is not a valid \w+): [\s\S]*$/, '$1.')
    .replace(/, found [\s\S]*$/, '.');
