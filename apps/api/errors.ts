import { GraphQLError } from 'graphql';
import type { MercuriusCommonOptions } from 'mercurius';
import { ServiceError, toServiceError, traceOf, type Logger } from '#core';

type ErrorFormatter = NonNullable<MercuriusCommonOptions['errorFormatter']>;

/**
 * Mercurius passes on what was thrown; a client gets our closed list of codes and texts written for it. 200 when the
 * operation ran, 400 when the request was none.
 */
export const answerErrors =
  (log: Logger): ErrorFormatter =>
  ({ data, errors }) => {
    const found: readonly (GraphQLError | Error)[] = errors.flatMap(causes);
    const ran = found.some((error) => error instanceof GraphQLError && error.path !== undefined);
    const answered = found.map((error) => describe(error, log));
    // A request error has no data entry: nothing ran.
    return ran
      ? { statusCode: 200, response: { data: data ?? null, errors: answered } }
      : { statusCode: 400, response: { errors: answered } };
  };

/** Mercurius wraps the faults of validation in one error that lists them. */
function causes(error: GraphQLError | Error): (GraphQLError | Error)[] {
  const wrapper = error instanceof GraphQLError ? error.originalError : error;
  const inner = wrapper && 'errors' in wrapper ? wrapper.errors : undefined;
  return Array.isArray(inner) && inner.every((one) => one instanceof Error) ? inner : [error];
}

function describe(error: GraphQLError | Error, log: Logger): GraphQLError {
  const known = error instanceof GraphQLError ? error : null;
  const thrown = known ? known.originalError : error;
  const told = tell(known, thrown, log);
  return new GraphQLError(told.message, {
    // Compiled, an operation has lost the places in its text: told, they would tell whether anybody asked it before.
    ...(known?.path ? { path: known.path } : placeOf(known)),
    extensions: told.extensions,
  });
}

/** Where in the request a fault of the request itself is. */
const placeOf = (known: GraphQLError | null) => ({
  ...(known?.nodes && { nodes: known.nodes }),
  ...(known?.source && { source: known.source, positions: known.positions ?? [] }),
});

function tell(known: GraphQLError | null, thrown: Error | null | undefined, log: Logger): ServiceError {
  // Nothing of ours was thrown: GraphQL itself found fault with the request.
  if (known && (!thrown || thrown instanceof GraphQLError)) return requestFault(known.message);
  if (thrown && isRequestFault(thrown)) return new ServiceError('INVALID', thrown.message);
  return toServiceError(thrown, (id, error) => log.error({ id, ...traceOf(error) }, 'unexpected error'));
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

/** What GraphQL says of a request, less the values it quotes, and less the names of a schema it offers to strangers. */
function requestFault(said: string): ServiceError {
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
