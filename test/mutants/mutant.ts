type Kind = 'filter' | 'policy' | 'permission' | 'life cycle' | 'integrity';

/** The code with one promise taken out of it. */
export interface Mutant {
  /** What the service would do then. */
  name: string;
  kind: Kind;
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  into: string;
  /** Of which one must fail: paths under `test` without their ending, or of a spec beside its code. */
  specs: readonly string[];
}

export type Change = readonly [name: string, find: string, into: string];

/** Mutants of one file that are the same specs' to find. */
export const changed = (
  kind: Kind,
  file: string,
  specs: string | readonly string[],
  changes: readonly Change[],
): Mutant[] => changes.map(([name, find, into]) => ({ name, kind, file, find, into, specs: [specs].flat() }));
