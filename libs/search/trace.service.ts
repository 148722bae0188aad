import { Injectable } from '@nestjs/common';
import { Database, type Caller } from '#core';
import { listedValues, type ListedValue } from './lists.queries.js';
import { told, type Found } from './trace-answer.js';
import type { TraceInput } from './trace.inputs.js';
import { assetsAt, inflows, nextHop, rolesAt, seesTransfers } from './trace.queries.js';
import type { TraceProgressType, TraceType } from './trace.type.js';
import { Walk, type Bounds } from './trace-walk.js';

/** Values of one batch of look-ups. */
const BATCH = 1_000;

/** Throws when nobody is to be answered any more: asked before each statement of a walk. */
export type Check = () => void;

/** A walk on its way. */
interface Going {
  caller: Caller;
  walk: Walk;
  /** When no further hop begins, in milliseconds since 1970. */
  late: number;
  check: Check;
  /** Whether its reader saw datasets of transfers at the hop before: where it sees none, they are not asked. */
  datasets: boolean;
}

/** Follows money over the transfers that the reader may see. */
@Injectable()
export class TraceService {
  constructor(private readonly database: Database) {}

  /** Each hop is a transaction of its own: a right that ends meanwhile ends there. @throws what `check` throws */
  async trace(caller: Caller, input: TraceInput, check: Check = () => undefined): Promise<TraceType> {
    return this.answer(await this.gone(caller, input, check));
  }

  /** How far it is, after each hop; at last with the whole trace. Whoever takes no more of it has ended it. */
  async *progress(caller: Caller, input: TraceInput, check: Check): AsyncGenerator<TraceProgressType> {
    const began = performance.now();
    const going = await this.begun(caller, input, check);
    const { walk } = going;
    const told = (trace: TraceType | null): TraceProgressType => ({
      hop: walk.hop,
      nodes: walk.nodes.size,
      edges: walk.edges,
      transfers: walk.rows,
      elapsed: Math.round(performance.now() - began),
      trace,
    });
    while (await this.hop(going)) yield told(null);
    yield told(await this.answer(going));
  }

  /** The frontier, hop by hop, under the rights of each moment. */
  async walk(caller: Caller, input: TraceInput): Promise<Walk> {
    return (await this.gone(caller, input, () => undefined)).walk;
  }

  private async gone(caller: Caller, input: TraceInput, check: Check): Promise<Going> {
    const going = await this.begun(caller, input, check);
    while (await this.hop(going)) continue;
    return going;
  }

  private async begun(
    caller: Caller,
    { from, asset, limits, ...input }: TraceInput,
    check: Check,
  ): Promise<Going> {
    const late = Date.now() + limits.seconds * 1_000;
    const bounds = boundsOf({ ...input, limits });
    check();
    const [assets, datasets] = await this.database.read(caller, (reader) =>
      Promise.all([
        asset === undefined ? assetsAt(reader, bounds.direction, from) : [asset],
        seesTransfers(reader),
      ]),
    );
    return { caller, walk: new Walk(from, assets, bounds), late, check, datasets };
  }

  /** One hop further. @returns whether there was one */
  private async hop(going: Going): Promise<boolean> {
    const { caller, walk, late, check, datasets } = going;
    if (!walk.goesOn || Date.now() >= late) {
      walk.end(walk.goesOn);
      return false;
    }
    check();
    const { frontier, left, bounds } = walk;
    const most = { fanOut: bounds.fanOut, rows: left, datasets };
    const [rows, sees] = await this.database.read(caller, (reader) =>
      Promise.all([nextHop(reader, bounds.direction, frontier, most), seesTransfers(reader)]),
    );
    walk.take(rows);
    going.datasets = sees;
    return true;
  }

  private async answer(going: Going): Promise<TraceType> {
    going.check();
    return told(going.walk, going.walk.bounds.direction, await this.about(going));
  }

  /** What is known of the addresses, and what else came to them. */
  private async about({ caller, walk, datasets }: Going): Promise<Found> {
    const { direction, fanOut, transfers } = walk.bounds;
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
        passed.length > 0 ? inflows(reader, passed, { fanOut, rows: transfers, datasets }) : [],
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
