import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Bearer, OperationContext } from '#access';
import { RateLimited, ServiceError } from '#core';
import type { Budgets } from '../limits/budgets.js';
import { costOf, isWork } from '../limits/cost.js';
import { payer } from '../limits/limits.js';
import { checkNesting, checkShape, MOST_TOKENS } from '../limits/shape.js';

/** Pieces of work of an agency that are open in this process, read or not. */
const MOST_WORKING = 8;

/** A subscription as a client sends it, by whichever transport. */
export interface Asked {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | undefined;
}

/** One that may begin. */
export interface Prepared {
  user: Bearer;
  operation: Pick<ExecutionArgs, 'schema' | 'document' | 'variableValues' | 'operationName'>;
  /** Of the subscription itself, and of each message unless it is work: then of all of it. */
  points: number;
  work: boolean;
}

/**
 * Carries subscriptions out, with the checks, limits and rights of any operation: bounded before it begins, each of its
 * messages paid for and in turn. Messages are made when they are asked for: a slow client has one of them in memory.
 */
export class Operations {
  /** By agency. */
  private readonly working = new Map<string, number>();

  constructor(
    private readonly schema: () => GraphQLSchema,
    private readonly budgets: Budgets,
    private readonly describe: (errors: readonly Error[]) => GraphQLError[],
  ) {}

  /** @throws whatever is wrong with it, for {@link told} */
  prepare(user: Bearer, { query, variables, operationName }: Asked): Prepared {
    const agency = payer(user);
    this.budgets.admit(agency, query.length);
    checkNesting(query);
    const document = parse(query, { maxTokens: MOST_TOKENS });
    checkShape(document);
    if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION)
      throw new ServiceError(
        'INVALID',
        'Only a subscription comes this way: send the others by POST to /graphql.',
      );
    const schema = this.schema();
    const [fault] = validate(schema, document);
    if (fault) throw fault;
    const points = costOf(schema, document, operationName)(variables);
    this.budgets.spend(agency, points);
    const work = isWork(schema, document, operationName);
    return { user, operation: { schema, document, variableValues: variables, operationName }, points, work };
  }

  /** What a client is told of anything thrown. */
  told(error: unknown): GraphQLError[] {
    return this.describe([error instanceof Error ? error : new Error('Not an error.')]);
  }

  /** Never throws: what goes wrong is its last result. */
  async *results(prepared: Prepared, closed: AbortSignal): AsyncGenerator<ExecutionResult> {
    try {
      yield* prepared.work ? this.counted(prepared, closed) : this.messages(prepared, closed);
    } catch (error) {
      yield { errors: this.told(error) };
    }
  }

  /** Who does not read keeps what was found in memory: so many do at most. */
  private async *counted(prepared: Prepared, closed: AbortSignal): AsyncGenerator<ExecutionResult> {
    const agency = payer(prepared.user);
    const open = this.working.get(agency) ?? 0;
    if (open >= MOST_WORKING)
      throw new RateLimited(`Your agency has ${MOST_WORKING} subscriptions at work.`, 5);
    this.working.set(agency, open + 1);
    try {
      yield* this.messages(prepared, closed);
    } finally {
      const left = (this.working.get(agency) ?? 1) - 1;
      if (left > 0) this.working.set(agency, left);
      else this.working.delete(agency);
    }
  }

  private async *messages(prepared: Prepared, closed: AbortSignal): AsyncGenerator<ExecutionResult> {
    const { user, operation } = prepared;
    const source = await createSourceEventStream({ ...operation, contextValue: contextOf(user, closed) });
    if (!(Symbol.asyncIterator in source)) {
      yield { ...source, errors: this.describe(source.errors ?? []) };
      return;
    }
    const events: AsyncIterator<unknown> = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const event = await this.next(prepared, events, closed);
        if (!event || event.done) return;
        yield await this.message(prepared, event.value, closed);
      }
    } finally {
      await events.return?.();
    }
  }

  /** Null when nobody waits for it. Waiting takes no turn; work takes one for each step, as any operation does. */
  private async next(
    { user, points, work }: Prepared,
    events: AsyncIterator<unknown>,
    closed: AbortSignal,
  ): Promise<IteratorResult<unknown> | null> {
    const agency = payer(user);
    if (work) return this.budgets.inTurn(agency, () => events.next());
    // Paid for before it is read: what waited for points would be told as it was, under the rights of then.
    return (await this.budgets.paid(agency, points, closed)) ? events.next() : null;
  }

  private message(
    { user, operation }: Prepared,
    rootValue: unknown,
    closed: AbortSignal,
  ): Promise<ExecutionResult> {
    return this.budgets.inTurn(payer(user), async () => {
      // A context of its own: what was loaded for the message before was loaded under the rights of then.
      const result = await execute({ ...operation, rootValue, contextValue: contextOf(user, closed) });
      return result.errors ? { ...result, errors: this.describe(result.errors) } : result;
    });
  }
}

/** Of a request there is only who sent it: that is all that resolvers of a subscription read of one. */
const contextOf = (user: Bearer, closed: AbortSignal): OperationContext =>
  ({ reply: { request: { user } }, closed }) as OperationContext;

/** Of a result: its caller is not to be answered any more. */
export const isOut = ({ errors = [] }: ExecutionResult): boolean =>
  errors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws ServiceError INVALID for a body that is no operation */
export function askedOf(body: unknown): Asked {
  const given = isObject(body) ? body : {};
  const { query, variables, operationName } = given;
  if (typeof query !== 'string') throw new ServiceError('INVALID', 'The parameter `query` must be a string.');
  if (variables != null && !isObject(variables))
    throw new ServiceError('INVALID', 'The parameter `variables` must be an object.');
  if (operationName != null && typeof operationName !== 'string')
    throw new ServiceError('INVALID', 'The parameter `operationName` must be a string.');
  return {
    query,
    variables: variables ?? {},
    operationName: operationName === '' ? undefined : (operationName ?? undefined),
  };
}
