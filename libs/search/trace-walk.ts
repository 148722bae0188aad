import { coinOf, idOf, type ToldTransfer } from './trace-transfer.js';

export type Direction = 'OUT' | 'IN';

/** Why a trace does not go on from an address. */
export type Stop = 'HUB' | 'HOPS' | 'NODES' | 'TRANSFERS' | 'TIME' | 'AMOUNT' | 'WINDOW' | 'SERVICE';

/** How far a walk goes, and what it leaves out. */
export interface Bounds {
  direction: Direction;
  hops: number;
  fanOut: number;
  nodes: number;
  transfers: number;
  /** Base units; smaller transfers are not followed. */
  least: bigint;
  /** Milliseconds since 1970: transfers that were surely before or after are not followed. */
  from: number;
  until: number;
}

/** One asset at one address. */
export interface State {
  address: string;
  asset: string;
  /** Null at the start, where it is not asked. */
  decimals: number | null;
  /** The earliest the money can have been there; when the walk goes back, the latest, with the sign turned. */
  since: number;
  /** Hops from the start, the last time that `since` was made earlier. */
  hop: number;
  /** Whether all that goes on from here was read. */
  read: boolean;
}

/** An address that the walk came to. */
export interface Reached {
  address: string;
  /** Hops from the start, at the least. */
  hop: number;
  stops: Set<Stop>;
}

/**
 * The frontier of a walk over transfers, hop by hop: what is to be read next, and what became of it. Money leaves an address
 * only after it came; what has no time could have been at any. Pure: whoever drives it reads.
 */
export class Walk {
  readonly nodes = new Map<string, Reached>();
  readonly states = new Map<string, State>();
  /** What is followed, by where it is told. */
  readonly followed = new Map<string, ToldTransfer>();
  /** All that was read of addresses that were read whole. */
  readonly read = new Map<string, ToldTransfer>();
  frontier: State[];
  hop = 0;
  /** Rows that were read, of whatever. */
  rows = 0;
  private readonly out: boolean;

  constructor(
    readonly start: string,
    assets: readonly string[],
    readonly bounds: Bounds,
  ) {
    this.out = bounds.direction === 'OUT';
    const since = this.out ? bounds.from : -bounds.until;
    this.nodes.set(start, { address: start, hop: 0, stops: new Set() });
    this.frontier = assets.map((asset) => ({
      address: start,
      asset,
      decimals: null,
      since,
      hop: 0,
      read: false,
    }));
    for (const state of this.frontier) this.states.set(`${start} ${state.asset}`, state);
  }

  /** Whether there is another hop to read. */
  get goesOn(): boolean {
    return this.frontier.length > 0 && this.hop < this.bounds.hops && this.rows < this.bounds.transfers;
  }

  /** Assets that went from one address to another, so far. */
  get edges(): number {
    const between = [...this.followed.values()].map((row) => `${row.sender} ${row.receiver} ${coinOf(row)}`);
    return new Set(between).size;
  }

  /** Rows that may still be read. */
  get left(): number {
    return this.bounds.transfers - this.rows;
  }

  /**
   * What goes on from the frontier.
   * @param rows with the place of the state in the frontier, in its order, `fanOut` + 1 of each at most and one more than
   * `left` of all
   */
  take(rows: readonly (ToldTransfer & { of: number })[]): void {
    this.hop += 1;
    const whole = rows.length <= this.left;
    // What was cut off is the last that has rows, and all behind it.
    const end = whole ? this.frontier.length : (rows.at(-1)?.of ?? 0);
    this.rows += Math.min(rows.length, this.left);
    const of = Map.groupBy(rows, (row) => row.of);
    const next = new Map<string, State>();
    for (const [place, state] of this.frontier.entries()) {
      const mine = of.get(place) ?? [];
      if (place >= end) this.stop(state, 'TRANSFERS');
      else if (mine.length > this.bounds.fanOut) this.stop(state, 'HUB');
      else {
        state.read = true;
        for (const { of: _, ...row } of mine) this.follow(state, row, next);
      }
    }
    this.frontier = [...next.values()];
  }

  /** Says of what was not looked at any more why. */
  end(late: boolean): void {
    const why = late ? 'TIME' : this.hop >= this.bounds.hops ? 'HOPS' : 'TRANSFERS';
    for (const state of this.frontier) this.stop(state, why);
    this.frontier = [];
  }

  private stop({ address }: State, why: Stop): void {
    this.nodes.get(address)?.stops.add(why);
  }

  private follow(state: State, row: ToldTransfer, next: Map<string, State>): void {
    if (state.decimals !== null && row.decimals !== state.decimals) return;
    const id = idOf(row);
    this.read.set(id, row);
    const address = this.out ? row.receiver : row.sender;
    const not = this.faultOf(row, address);
    if (not) {
      this.stop(state, not);
      return;
    }
    if (!this.nodes.has(address)) this.nodes.set(address, { address, hop: this.hop, stops: new Set() });
    this.followed.set(id, row);
    this.reach(address, row, Math.max(this.out ? row.from : -row.until, state.since), next);
  }

  /** Why a transfer to (from) this address is not followed. */
  private faultOf(row: ToldTransfer, address: string): Stop | null {
    const { from, until, least, nodes } = this.bounds;
    if (row.from >= until || row.until <= from) return 'WINDOW';
    if (row.amount < least) return 'AMOUNT';
    return this.nodes.has(address) || this.nodes.size < nodes ? null : 'NODES';
  }

  private reach(
    address: string,
    { asset, decimals }: ToldTransfer,
    since: number,
    next: Map<string, State>,
  ): void {
    // What comes back to the start is no more of it than it was.
    if (address === this.start) return;
    const id = `${address} ${coinOf({ asset, decimals })}`;
    const known = this.states.get(id);
    if (known && known.since <= since) return;
    const state = known ?? { address, asset, decimals, since, hop: this.hop, read: false };
    Object.assign(state, { since, hop: this.hop });
    this.states.set(id, state);
    next.set(id, state);
  }
}
