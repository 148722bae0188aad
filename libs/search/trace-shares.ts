import { coinOf, compare, type Transfer } from './trace-transfer.js';

/** An amount by each of two ways of reckoning. Base units. */
export interface Shares {
  haircut: bigint;
  fifo: bigint;
}

/** One asset at one address, after everything moved. */
export interface Holding {
  address: string;
  coin: string;
  /** Stolen money that came, once for each time it came, and what of it is there at the end. */
  came: Shares;
  held: Shares;
  /** Whether something came and something left of which it is not known which was first. */
  orderAssumed: boolean;
}

export interface Reckoned {
  /** What left the start, and did not come back before; by coin. */
  stolen: ReadonlyMap<string, bigint>;
  /** Of the stolen what left for addresses that were not followed; by coin. */
  elsewhere: ReadonlyMap<string, Shares>;
  holdings: readonly Holding[];
  /** What of the stolen each transfer moved. */
  moved: ReadonlyMap<Transfer, Shares>;
}

export interface Flow {
  transfer: Transfer;
  /** As early as the money can have left, as the walk found it. */
  at: number;
  /** Hops of its sender from the start: of two at the same time the nearer is first. */
  hop: number;
  /** Whether its sender's money is reckoned with; else it is not stolen. */
  known: boolean;
  /** Whether its receiver was reached. */
  reached: boolean;
}

/**
 * How much of what left `start` is where. Both ways are exact in base units, and what one address loses another has:
 *
 * - haircut: what leaves an address takes of the stolen money the part that it is of all that is there, rounded down; what
 *   rounding leaves stays.
 * - FIFO: what came first leaves first.
 *
 * What leaves beyond what is known to have come was there before, and is not stolen.
 * @param flows in any order; the ones from `start` are what was stolen
 */
export function reckon(start: string, flows: readonly Flow[]): Reckoned {
  const accounts = new Map<string, Account>();
  const account = (address: string, coin: string): Account => {
    const id = `${address} ${coin}`;
    const known = accounts.get(id) ?? new Account(address, coin);
    accounts.set(id, known);
    return known;
  };
  const stolen = new Map<string, bigint>();
  const elsewhere = new Map<string, Shares>();
  const moved = new Map<Transfer, Shares>();
  for (const { transfer, known, reached } of inOrder(flows)) {
    const coin = coinOf(transfer);
    const { sender, receiver, amount } = transfer;
    if (sender === receiver) {
      moved.set(transfer, { haircut: 0n, fifo: 0n });
      continue;
    }
    const left = known ? account(sender, coin).leave(transfer, sender === start) : clean(amount);
    if (sender === start) stolen.set(coin, (stolen.get(coin) ?? 0n) + left.fresh);
    moved.set(transfer, left.shares);
    if (reached) account(receiver, coin).come(transfer, left);
    else elsewhere.set(coin, sum(elsewhere.get(coin), left.shares));
  }
  return { stolen, elsewhere, moved, holdings: [...accounts.values()].map((one) => one.holding) };
}

const sum = (one: Shares = { haircut: 0n, fifo: 0n }, other: Shares): Shares => ({
  haircut: one.haircut + other.haircut,
  fifo: one.fifo + other.fifo,
});

const inOrder = (flows: readonly Flow[]): Flow[] =>
  [...flows].sort(
    (a, b) =>
      compare(a.at, b.at) ||
      a.hop - b.hop ||
      compare(a.transfer.until, b.transfer.until) ||
      (a.transfer.like === b.transfer.like
        ? a.transfer.nth - b.transfer.nth
        : a.transfer.like < b.transfer.like
          ? -1
          : 1),
  );

interface Lot {
  amount: bigint;
  stolen: boolean;
}

interface Left {
  shares: Shares;
  lots: Lot[];
  /** Stolen now, and not money that had come back. */
  fresh: bigint;
}

const clean = (amount: bigint): Left => ({
  shares: { haircut: 0n, fifo: 0n },
  lots: [{ amount, stolen: false }],
  fresh: 0n,
});

class Account {
  private balance = 0n;
  private readonly stolen: Shares = { haircut: 0n, fifo: 0n };
  private readonly came: Shares = { haircut: 0n, fifo: 0n };
  /** From `first` on: what came and is still there. */
  private lots: Lot[] = [];
  private first = 0;
  /** The spans of what came and of what left. */
  private readonly spans: { from: number; until: number; came: boolean }[] = [];

  constructor(
    private readonly address: string,
    private readonly coin: string,
  ) {}

  come({ amount, from, until }: Transfer, { shares, lots }: Left): void {
    this.spans.push({ from, until, came: true });
    this.balance += amount;
    for (const way of ['haircut', 'fifo'] as const) {
      this.stolen[way] += shares[way];
      this.came[way] += shares[way];
    }
    for (const lot of lots) this.put(lot);
  }

  leave({ amount, from, until }: Transfer, isStart: boolean): Left {
    this.spans.push({ from, until, came: false });
    return isStart ? this.leaveStart(amount) : this.leaveOther(amount);
  }

  private leaveOther(amount: bigint): Left {
    const haircut =
      amount >= this.balance ? this.stolen.haircut : (this.stolen.haircut * amount) / this.balance;
    const lots = this.take(amount);
    const fifo = lots.reduce((all, lot) => (lot.stolen ? all + lot.amount : all), 0n);
    this.balance = amount >= this.balance ? 0n : this.balance - amount;
    this.stolen.haircut -= haircut;
    this.stolen.fifo -= fifo;
    return { shares: { haircut, fifo }, lots, fresh: 0n };
  }

  /** All that leaves the start is stolen: first what had come back, or it would be stolen twice. */
  private leaveStart(amount: bigint): Left {
    // By FIFO as by haircut: one number for what was stolen, whichever way it is reckoned.
    const back = least(amount, this.stolen.haircut, this.stolen.fifo);
    this.stolen.haircut -= back;
    this.stolen.fifo -= back;
    return {
      shares: { haircut: amount, fifo: amount },
      lots: [{ amount, stolen: true }],
      fresh: amount - back,
    };
  }

  get holding(): Holding {
    const { address, coin, came } = this;
    return { address, coin, came, held: { ...this.stolen }, orderAssumed: this.overlaps() };
  }

  /** From the front; what is not there was there before, and is not stolen. */
  private take(amount: bigint): Lot[] {
    const taken: Lot[] = [];
    let wanted = amount;
    while (wanted > 0n) {
      const lot = this.lots[this.first];
      if (!lot) {
        taken.push({ amount: wanted, stolen: false });
        break;
      }
      const part = least(lot.amount, wanted);
      taken.push({ amount: part, stolen: lot.stolen });
      wanted -= part;
      lot.amount -= part;
      if (lot.amount === 0n) this.first += 1;
    }
    // What was taken is let go now and then: each time would move the rest each time.
    if (this.first > 32 && this.first * 2 > this.lots.length) {
      this.lots = this.lots.slice(this.first);
      this.first = 0;
    }
    return taken;
  }

  private put({ amount, stolen }: Lot): void {
    const last = this.lots.length > this.first ? this.lots.at(-1) : undefined;
    if (last?.stolen === stolen) last.amount += amount;
    else if (amount > 0n) this.lots.push({ amount, stolen });
  }

  private overlaps(): boolean {
    const sorted = this.spans.toSorted((a, b) => compare(a.from, b.from));
    const ends = { came: -Infinity, left: -Infinity };
    for (const { from, until, came } of sorted) {
      if ((came ? ends.left : ends.came) > from) return true;
      if (came) ends.came = Math.max(ends.came, until);
      else ends.left = Math.max(ends.left, until);
    }
    return false;
  }
}

const least = (...amounts: bigint[]): bigint => amounts.reduce((one, other) => (other < one ? other : one));
