import { getOperationAST, valueFromASTUntyped, type DocumentNode } from 'graphql';
import type { FastifyInstance } from 'fastify';
import type { OperationContext } from '#access';
import { operationNameOf } from './graphql-over-http.js';

type Variables = Readonly<Record<string, unknown>>;

/**
 * Gives each variable that was left out the default of its definition (GraphQL, section 6.1.2). graphql-jit 0.8 refuses
 * one of a type that is never null, so that an operation would work until it is compiled, and then no more.
 */
export function giveDefaults(fastify: FastifyInstance): void {
  const known = new WeakMap<DocumentNode, Variables>();
  fastify.addHook('onReady', async () => {
    fastify.graphql.addHook('preExecution', async (_, document, context, variables) => {
      // A document is kept with the text of one operation (graphql-over-http.ts).
      const defaults =
        known.get(document) ??
        defaultsOf(document, operationNameOf((context as OperationContext).reply.request));
      known.set(document, defaults);
      return Object.keys(defaults).length > 0 ? { variables: { ...defaults, ...variables } } : undefined;
    });
  });
}

function defaultsOf(document: DocumentNode, operationName?: string): Variables {
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}
