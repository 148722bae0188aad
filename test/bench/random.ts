const STEP = 0x6d2b79f5;

/** Repeatable random numbers (mulberry32): every run of a bench has the same data and the same requests. */
export class Random {
  constructor(private state: number) {}

  /** The nth of four million streams of 1,024 numbers each that do not overlap. */
  static at(n: number): Random {
    return new Random(Math.imul(n * 1024, STEP));
  }

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state + STEP) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One of them. @throws Error for an empty list */
  pick<T>(list: readonly T[]): T {
    const found = list[this.int(0, list.length - 1)];
    if (found === undefined) throw new Error('Nothing to pick from.');
    return found;
  }

  /** `count` different ones. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: count }, () => {
      const [one] = rest.splice(this.int(0, rest.length - 1), 1);
      if (one === undefined) throw new Error('Not so many to pick from.');
      return one;
    });
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.int(0, 15).toString(16)).join('');
  }

  /** A UUID of version 4. */
  uuid(): string {
    const hex = this.hex(30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18)}`;
  }
}
