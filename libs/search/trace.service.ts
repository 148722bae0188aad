import { Injectable } from '@nestjs/common';
import { Database, ServiceError, type Caller } from '#core';
import { listedValues, type ListedValue } from './lists.queries.js';
import { told, type Found } from './trace-answer.js';
import type { TraceInput } from './trace.inputs.js';
import { assetsAt, inflows, nextHop, rolesAt } from './trace.queries.js';
import type { TraceType } from './trace.type.js';
import { Walk, type Bounds } from './trace-walk.js';

/** Values of one batch of look-ups. */
const BATCH = 1_000;

/** Follows money over the transfers that the reader may see. */
@Injectable()
export class TraceService {
  constructor(private readonly database: Database) {}

  /**
   * Each hop is a transaction of its own: a right that ends meanwhile ends there.
   * @param gone whether nobody waits for the answer any more: asked before each hop
   * @throws ServiceError UNAVAILABLE then
   */
  async trace(caller: Caller, input: TraceInput, gone: () => boolean = () => false): Promise<TraceType> {
    const { walk, bounds } = await this.walk(caller, input, gone);
    return told(walk, bounds.direction, await this.about(caller, walk, bounds));
  }

  /** The frontier, hop by hop: one statement each, under the rights of that moment. */
  async walk(
    caller: Caller,
    { from, asset, ...input }: TraceInput,
    gone: () => boolean = () => false,
  ): Promise<{ walk: Walk; bounds: Bounds }> {
    const bounds = boundsOf(input);
    const late = Date.now() + input.limits.seconds * 1_000;
    const assets =
      asset === undefined
        ? await this.database.read(caller, (reader) => assetsAt(reader, bounds.direction, from))
        : [asset];
    const walk = new Walk(from, assets, bounds);
    while (walk.goesOn && Date.now() < late) {
      if (gone()) throw new ServiceError('UNAVAILABLE', 'The trace was given up: nobody waits for it.');
      const { frontier, left } = walk;
      const most = { fanOut: bounds.fanOut, rows: left };
      walk.take(
        await this.database.read(caller, (reader) => nextHop(reader, bounds.direction, frontier, most)),
      );
    }
    walk.end(walk.goesOn);
    return { walk, bounds };
  }

  /** What is known of the addresses, and what else came to them. */
  private async about(caller: Caller, walk: Walk, { direction, fanOut, transfers }: Bounds): Promise<Found> {
    const values = [...new Set([...walk.nodes.keys()].map(valueOf))];
    const batches = Array.from({ length: Math.ceil(values.length / BATCH) }, (_, n) =>
      values.slice(n * BATCH, (n + 1) * BATCH),
    );
    const passed =
      direction === 'OUT'
        ? [...walk.states.values()].filter(({ read, address }) => read && address !== walk.start)
        : [];
    const [lists, roles, came] = await this.database.read(caller, (reader) =>
      Promise.all([
        Promise.all(batches.map((batch) => listedValues(reader, batch))),
        Promise.all(batches.map((batch) => rolesAt(reader, batch))),
        passed.length > 0 ? inflows(reader, passed, { fanOut, rows: transfers }) : [],
      ]),
    );
    return {
      lists: Map.groupBy(lists.flat(), ({ key }: ListedValue) => key),
      roles: Map.groupBy(roles.flat(), ({ key }) => key),
      came,
      passed,
      cut: came.length > transfers,
      fanOut,
    };
  }
}

/** Of `type|chain|value`. */
const valueOf = (key: string): string => key.split('|')[2] ?? '';

const boundsOf = ({
  direction,
  hops,
  minAmount = 0n,
  window,
  limits,
}: Omit<TraceInput, 'from' | 'asset'>): Bounds => ({
  direction,
  hops,
  fanOut: limits.fanOut,
  nodes: limits.nodes,
  transfers: limits.transfers,
  least: minAmount,
  from: window.from?.getTime() ?? -Infinity,
  until: window.until?.getTime() ?? Infinity,
});
