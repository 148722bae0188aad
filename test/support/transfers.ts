import { createHash } from 'node:crypto';
import type { World } from './world.js';
import type { Code } from './roster.js';

/** The Ethereum address of this name: the same in every run. */
export const at = (name: string): string =>
  `0x${createHash('sha256').update(`address ${name}`).digest('hex').slice(0, 40)}`;

export const keyAt = (name: string): string => `wallet|ethereum|${at(name)}`;

/** The transaction of this name. */
export const hash = (name: string): string =>
  `0x${createHash('sha256').update(`transaction ${name}`).digest('hex')}`;

/** On this day of January 2018, in UTC; or at this minute of its first hour. */
export const day = (n: number) => ({
  from: `2018-01-${String(n).padStart(2, '0')}`,
  precision: 'day',
  zone: 'UTC',
});
export const minute = (n: number) => ({
  from: `2018-01-01T00:${String(n).padStart(2, '0')}`,
  precision: 'minute',
  zone: 'UTC',
});

/** A transfer of ether, as a document tells it. */
export const moved = (from: string, to: string, amount: number | string | bigint, changes: object = {}) => ({
  chain: 'ethereum',
  sender: at(from),
  receiver: at(to),
  asset: 'ETH',
  decimals: 18,
  amount: String(amount),
  ...changes,
});

const SHARES = '{ haircut fifo }';
const HOLDING = `{ asset decimals received sent came ${SHARES} held ${SHARES} orderAssumed moreCame }`;

const ARGUMENTS = `$from: TraceFromInput!, $direction: TraceDirection, $hops: Int, $asset: String,
    $minAmount: String, $window: TraceWindowInput, $limits: TraceLimitsInput`;
const PASSED =
  'from: $from, direction: $direction, hops: $hops, asset: $asset, minAmount: $minAmount, window: $window, limits: $limits';
const WHOLE = `{
    from direction hops untimed complete
    nodes { key chain address hop roles stops lists { label kind } holdings ${HOLDING} }
    edges { sender receiver asset decimals amount shares ${SHARES}
      transfers { transaction amount from until shares ${SHARES} sources { findingId revisionId dataset } } }
    entries { key says service { label jurisdiction } holding ${HOLDING} }
    totals { asset decimals amount stolen atServices ${SHARES} elsewhere ${SHARES} } }`;

export const TRACE = `query (${ARGUMENTS}) { trace(${PASSED}) ${WHOLE} }`;
export const PROGRESS = `subscription (${ARGUMENTS}) {
  traceProgress(${PASSED}) { hop nodes edges transfers elapsed trace ${WHOLE} } }`;

interface Shares {
  haircut: string;
  fifo: string;
}

interface Holding {
  asset: string;
  decimals: number;
  received: string;
  sent: string;
  came: Shares | null;
  held: Shares | null;
  orderAssumed: boolean;
  moreCame: boolean;
}

export interface Traced {
  from: string;
  direction: string;
  hops: number;
  untimed: number;
  complete: boolean;
  nodes: {
    key: string;
    hop: number;
    roles: string[];
    stops: string[];
    lists: { label: string; kind: string }[];
    holdings: Holding[];
  }[];
  edges: {
    sender: string;
    receiver: string;
    amount: string;
    shares: Shares | null;
    transfers: {
      transaction: string | null;
      amount: string;
      from: string | null;
      shares: Shares | null;
      sources: { findingId: string; revisionId: string; dataset: string | null }[];
    }[];
  }[];
  entries: { key: string; says: string; holding: Holding }[];
  totals: {
    asset: string;
    decimals: number;
    amount: string;
    stolen: string | null;
    atServices: Shares | null;
    elsewhere: Shares | null;
  }[];
}

/** What an analyst of an agency is told of the address of this name. */
export const traced = async (world: World, code: Code, from: string, args: object = {}): Promise<Traced> => {
  const asked = { from: { chain: 'ethereum', value: at(from) }, ...args };
  return (await world.as(code, 'ANALYST').ask<{ trace: Traced }>(TRACE, asked)).trace;
};
