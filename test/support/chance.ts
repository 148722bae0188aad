/** Draws that a seed repeats. */
export interface Chance {
  /** 0 to n - 1. */
  below(n: number): number;
  /** So often, 0 to 1. */
  happens(share: number): boolean;
  /** @throws Error of an empty list */
  pick<T>(list: readonly T[]): T;
  /** One or more of them, in any order. */
  some<T>(list: readonly T[]): T[];
}

/** mulberry32: 32 bits of state, good enough to choose what a test does. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => {
    const [picked] = list.slice(below(list.length));
    if (picked === undefined) throw new Error('Nothing to pick from.');
    return picked;
  };
  return {
    below,
    pick,
    happens: (share) => next() < share,
    some: (list) => {
      const left = [...list];
      return Array.from({ length: 1 + below(list.length) }, () => left.splice(below(left.length), 1)).flat();
    },
  };
}
