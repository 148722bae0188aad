import type { ListedValue } from './lists.queries.js';
import type { ListHitType } from './lists.type.js';
import { reckon, type Flow, type Holding, type Reckoned, type Shares } from './trace-shares.js';
import { coinOf, compare, distinct, idOf, type Transfer } from './trace-transfer.js';
import type { HopRow } from './trace.queries.js';
import type {
  TraceEdgeType,
  TraceEntryType,
  TraceHoldingType,
  TraceNodeType,
  TraceSharesType,
  TraceTotalType,
  TraceTransferType,
  TraceType,
} from './trace.type.js';
import type { Direction, Reached, State, Walk } from './trace-walk.js';

/** What is known of the addresses of a walk. */
export interface Found {
  lists: ReadonlyMap<string, ListedValue[]>;
  roles: ReadonlyMap<string, { role: string }[]>;
  /** What else came to what was passed, by its place there; `cut` if there is more of it. */
  came: readonly HopRow[];
  passed: readonly State[];
  cut: boolean;
  fanOut: number;
}

/** The answer, of what was walked. */
export function told(walk: Walk, direction: Direction, found: Found): TraceType {
  const moves = movesOf(walk, found);
  const followed = moves.filter((one) => one.followed).map(({ transfer }) => transfer);
  const answer = new Answer(walk, direction, found, followed, moves);
  const nodes = [...walk.nodes.values()].map((node) => answer.node(node));
  return {
    from: walk.start,
    direction,
    hops: walk.hop,
    untimed: followed.filter(({ from }) => !Number.isFinite(from)).length,
    complete: nodes.every(({ stops }) => stops.every((stop) => stop === 'SERVICE')),
    nodes,
    edges: answer.edges(),
    entries: nodes.flatMap((node) => answer.entries(node)),
    totals: answer.totals(nodes),
  };
}

class Answer {
  private readonly reckoned: Reckoned | null;
  private readonly holdings: ReadonlyMap<string, Holding>;
  /** By address and coin. */
  private readonly received: ReadonlyMap<string, Transfer[]>;
  private readonly sent: ReadonlyMap<string, Transfer[]>;
  private readonly more: ReadonlySet<string>;
  /** One transfer of each coin that moved there, and the addresses behind which the trace went on. */
  private readonly coins = new Map<string, Map<string, Transfer>>();
  private readonly passed: ReadonlySet<string>;

  constructor(
    private readonly walk: Walk,
    private readonly direction: Direction,
    private readonly found: Found,
    private readonly followed: readonly Transfer[],
    moves: readonly Move[],
  ) {
    this.reckoned = direction === 'OUT' ? reckon(walk.start, flowsOf(walk, moves)) : null;
    this.holdings = new Map(this.reckoned?.holdings.map((one) => [`${one.address} ${one.coin}`, one]));
    this.received = Map.groupBy(followed, (one) => `${one.receiver} ${coinOf(one)}`);
    this.sent = Map.groupBy(followed, (one) => `${one.sender} ${coinOf(one)}`);
    this.more = moreCame(found);
    this.passed = new Set(followed.map((one) => (direction === 'OUT' ? one.sender : one.receiver)));
    for (const one of followed)
      for (const address of [one.sender, one.receiver]) {
        const known = this.coins.get(address) ?? new Map<string, Transfer>();
        this.coins.set(address, known.set(coinOf(one), one));
      }
  }

  node({ address: key, hop, stops }: Reached): TraceNodeType {
    const [, chain = '', address = ''] = key.split('|');
    const lists = this.found.lists.get(key) ?? [];
    const stopped = this.isService(key, lists) ? [...stops, 'SERVICE' as const] : [...stops];
    const coins = [...(this.coins.get(key)?.values() ?? [])];
    const holdings = coins.map((coin) => this.holding(key, coin));
    const roles = (this.found.roles.get(key) ?? []).map(({ role }) => role);
    return { key, chain, address, hop, roles, lists, stops: stopped.sort(), holdings };
  }

  /** The start is followed whatever it is: there it was told to begin. */
  private isService(key: string, lists: readonly ListHitType[]): boolean {
    return key !== this.walk.start && !this.passed.has(key) && lists.some(({ kind }) => kind === 'SERVICE');
  }

  private holding(key: string, { asset, decimals }: Transfer): TraceHoldingType {
    const id = `${key} ${coinOf({ asset, decimals })}`;
    const known = this.holdings.get(id);
    return {
      asset,
      decimals,
      received: sumOf(this.received.get(id)),
      sent: sumOf(this.sent.get(id)),
      came: sharesOf(this.reckoned && (known?.came ?? NOTHING)),
      held: sharesOf(this.reckoned && (known?.held ?? NOTHING)),
      orderAssumed: known?.orderAssumed ?? false,
      moreCame: this.more.has(id),
    };
  }

  edges(): TraceEdgeType[] {
    const between = Map.groupBy(this.followed, (one) => `${one.sender} ${one.receiver} ${coinOf(one)}`);
    return [...between.values()].flatMap(([first, ...rest]): TraceEdgeType[] => {
      if (!first) return [];
      const { sender, receiver, asset, decimals } = first;
      const transfers = [first, ...rest].sort((a, b) => compare(a.from, b.from) || compare(a.until, b.until));
      const moved = transfers.map((one) => this.reckoned?.moved.get(one) ?? NOTHING);
      return [
        {
          ...{ sender, receiver, asset, decimals, amount: sumOf(transfers) },
          shares: sharesOf(this.reckoned && moved.reduce(plus, NOTHING)),
          transfers: transfers.map((one) => this.transfer(one)),
        },
      ];
    });
  }

  private transfer(one: Transfer): TraceTransferType {
    const { transaction, amount, from, until, told: sources } = one;
    return {
      transaction: transaction?.split('|')[2] ?? null,
      amount: String(amount),
      from: Number.isFinite(from) ? new Date(from) : null,
      until: Number.isFinite(until) ? new Date(until) : null,
      shares: sharesOf(this.reckoned && (this.reckoned.moved.get(one) ?? NOTHING)),
      sources: sources.map(({ position: _, ...source }) => source),
    };
  }

  entries({ key, lists, stops, holdings }: TraceNodeType): TraceEntryType[] {
    const service = lists.find(({ kind }) => kind === 'SERVICE');
    if (!service || !stops.includes('SERVICE')) return [];
    return holdings.map((holding) => ({
      key,
      service,
      holding,
      says: says(this.direction, service, holding),
    }));
  }

  totals(nodes: readonly TraceNodeType[]): TraceTotalType[] {
    const [start] = nodes;
    return (start?.holdings ?? []).map(({ asset, decimals, sent, received }): TraceTotalType => {
      const coin = coinOf({ asset, decimals });
      const services = nodes
        .filter(({ stops }) => stops.includes('SERVICE'))
        .map(({ key }) => this.holdings.get(`${key} ${coin}`)?.held ?? NOTHING);
      return {
        asset,
        decimals,
        amount: this.direction === 'OUT' ? sent : received,
        stolen: this.reckoned && String(this.reckoned.stolen.get(coin) ?? 0n),
        atServices: sharesOf(this.reckoned && services.reduce(plus, NOTHING)),
        elsewhere: sharesOf(this.reckoned && (this.reckoned.elsewhere.get(coin) ?? NOTHING)),
      };
    });
  }
}

/** A transfer, and what the walk did with it. */
interface Move {
  transfer: Transfer;
  followed: boolean;
  /** Whether it was read where the walk came by: else it came from elsewhere. */
  read: boolean;
}

/** All that moved at the addresses that were read: what the walk follows, what it left out there, and what else came. */
function movesOf(walk: Walk, { came }: Found): Move[] {
  const rows = new Map(walk.read);
  for (const { of: _, ...row } of came) {
    const id = idOf(row);
    if (!rows.has(id)) rows.set(id, row);
  }
  return distinct([...rows.values()]).map((transfer) => {
    const ids = transfer.told.map(idOf);
    return {
      transfer,
      followed: ids.some((id) => walk.followed.has(id)),
      read: ids.some((id) => walk.read.has(id)),
    };
  });
}

const flowsOf = (walk: Walk, moves: readonly Move[]): Flow[] =>
  moves.flatMap(({ transfer, followed, read }): Flow[] => {
    // Of what left the start only what is followed was stolen; what others sent is their own.
    const known = followed || (transfer.sender !== walk.start && read);
    const reached = followed || walk.states.has(`${transfer.receiver} ${coinOf(transfer)}`);
    if (!known && !reached) return [];
    const from = known ? senderOf(walk, transfer) : undefined;
    const at = Math.max(transfer.from, from?.since ?? -Infinity);
    return [{ transfer, at, hop: from?.hop ?? -1, known, reached }];
  });

const senderOf = (walk: Walk, { sender, asset, decimals }: Transfer): State | undefined =>
  walk.states.get(`${sender} ${coinOf({ asset, decimals })}`) ?? walk.states.get(`${sender} ${asset}`);

/** To which more came than was read. */
function moreCame({ came, passed, cut, fanOut }: Found): Set<string> {
  const counts = Map.groupBy(came, (row) => row.of);
  const last = cut ? (came.at(-1)?.of ?? 0) : Infinity;
  const more = passed.filter((_, place) => place >= last || (counts.get(place)?.length ?? 0) > fanOut);
  return new Set(more.map(({ address, asset, decimals }) => `${address} ${asset}/${decimals ?? ''}`));
}

const NOTHING: Shares = { haircut: 0n, fifo: 0n };

const plus = (one: Shares, other: Shares): Shares => ({
  haircut: one.haircut + other.haircut,
  fifo: one.fifo + other.fifo,
});

const sharesOf = (shares: Shares | null): TraceSharesType | null =>
  shares && { haircut: String(shares.haircut), fifo: String(shares.fifo) };

const sumOf = (transfers: readonly Transfer[] = []): string =>
  String(transfers.reduce((sum, { amount }) => sum + amount, 0n));

function says(
  direction: Direction,
  { label, service, jurisdiction }: ListHitType,
  { asset, decimals, received, sent }: TraceHoldingType,
): string {
  const where = jurisdiction === null ? 'in a country that the list does not say' : `in ${jurisdiction}`;
  const amount = inUnits(direction === 'OUT' ? received : sent, decimals);
  const what = `${service ?? 'service'} ${label} ${where}`;
  return direction === 'OUT'
    ? `Reached a deposit at ${what}: ${amount} ${asset}.`
    : `Came from ${what}: ${amount} ${asset}.`;
}

/** As people write it: 1.5, not 1500000. */
function inUnits(amount: string, decimals: number): string {
  const digits = amount.padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const part = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return part === '' ? whole : `${whole}.${part}`;
}
