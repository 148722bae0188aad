import { foldText } from '#core';
import type { Subject } from './document.js';
import type { ProjectedClaim } from './projection.js';
import { intervalOf } from './timespan.js';

/** Claims about one incident that are compared: the newest. Each is compared with all beside it. */
export const MOST_CLAIMS = 2_000;
/** Rivals of one claim that are told. */
export const MOST_RIVALS = 20;

/** A current claim about an incident, with who made it. */
export interface PlacedClaim extends ProjectedClaim {
  agencyId: string;
}

export interface ClaimGroup<C extends PlacedClaim> {
  subject: Subject | null;
  attribute: string;
  disputed: boolean;
  claims: (C & { rivals: C[] })[];
}

/**
 * The claims about one incident, by subject and attribute, each with its rivals. Subjects of different findings are
 * the same if they are of one type and share a name in any script; that is decided among the claims handed in, so
 * what is hidden has no part in it.
 */
export function groupClaims<C extends PlacedClaim>(claims: readonly C[]): ClaimGroup<C>[] {
  return sidesOf(claims).map(groupOf);
}

/** A claim with what it is compared by, which is read once. */
export interface Side<C extends PlacedClaim> extends Compared {
  placed: C;
}

/** The claims about one incident by subject and attribute, as {@link groupClaims} has them, ready to be compared. */
export function sidesOf<C extends PlacedClaim>(claims: readonly C[]): Side<C>[][] {
  const sameSubject = subjectsByName(claims.flatMap(({ subject }) => subject ?? []));
  const sides = claims.map((placed): Side<C> => ({ placed, ...compared(placed) }));
  const keyOf = ({ placed: { subject, claim } }: Side<C>): string =>
    `${subject ? sameSubject(subject) : ''}\n${claim.attribute}`;
  return [...Map.groupBy(sides, keyOf).values()];
}

function groupOf<C extends PlacedClaim>(sides: readonly Side<C>[]): ClaimGroup<C> {
  const claims = sides.map((one) => ({ ...one.placed, rivals: rivalsOf(one, sides) }));
  const [first] = sides;
  return {
    subject: first?.placed.subject ?? null,
    attribute: first?.placed.claim.attribute ?? '',
    disputed: claims.some(({ rivals }) => rivals.length > 0),
    claims,
  };
}

function rivalsOf<C extends PlacedClaim>(one: Side<C>, sides: readonly Side<C>[]): C[] {
  const rivals: C[] = [];
  for (const other of sides) {
    if (rivals.length === MOST_RIVALS) break;
    if (exclude(one, other)) rivals.push(other.placed);
  }
  return rivals;
}

/** Rivals: of different agencies or sources, in the same unit, and no single value could satisfy both. */
export const areRivals = (one: PlacedClaim, other: PlacedClaim): boolean =>
  exclude(compared(one), compared(other));

const sourceOf = ({ agencyId, claim: { origin } }: PlacedClaim): string =>
  JSON.stringify([agencyId, origin.kind, origin.name ?? '', origin.revisionId ?? '']);

/** By what two claims are compared. */
interface Compared extends Bounds<number | bigint> {
  source: string;
  /** Values of different kinds have no common unit; null for unknown, which rivals nothing. */
  unit: string | null;
  term: string | null;
}

function compared(placed: PlacedClaim): Compared {
  const { amount, quantity, time, term } = placed.claim.value;
  const value = { source: sourceOf(placed), unit: null, term: null, low: null, high: null };
  if (amount) return { ...value, ...scaled(amount), unit: `amount ${amount.asset}` };
  if (quantity) return { ...value, ...bounds(quantity), unit: `quantity ${quantity.unit}` };
  if (time) return { ...value, ...inclusive(intervalOf(time)), unit: 'time' };
  return term === undefined ? value : { ...value, term: foldText(term), unit: 'term' };
}

/** Whether no single value could satisfy both. */
export function exclude(one: Compared, other: Compared): boolean {
  if (one.unit === null || one.unit !== other.unit || one.source === other.source) return false;
  return one.term === null ? apart(one, other) : one.term !== other.term;
}

type Bounds<N> = { low: N | null; high: N | null };

type AnyBounds = Bounds<number | bigint>;

const below = (a: AnyBounds, b: AnyBounds) => a.high !== null && b.low !== null && a.high < b.low;
const apart = (one: AnyBounds, other: AnyBounds): boolean => below(one, other) || below(other, one);

/** To 36 decimals, the most an asset may state: then bounds of any two compare. */
function scaled({
  low,
  high,
  decimals,
}: {
  low?: string | undefined;
  high?: string | undefined;
  decimals: number;
}): Bounds<bigint> {
  const scale = 10n ** BigInt(36 - decimals);
  return {
    low: low === undefined ? null : BigInt(low) * scale,
    high: high === undefined ? null : BigInt(high) * scale,
  };
}

const bounds = ({ low, high }: { low?: number | undefined; high?: number | undefined }): Bounds<number> => ({
  low: low ?? null,
  high: high ?? null,
});

/** Milliseconds; `until` itself is no part of it. */
const inclusive = ({ from, until }: { from: Date; until: Date }): Bounds<number> => ({
  low: from.getTime(),
  high: until.getTime() - 1,
});

/** Union of subjects that share a name. @returns a function from a subject to a name for its class */
function subjectsByName(subjects: readonly Subject[]): (subject: Subject) => string {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    let at = name;
    // A chain is halved as it is walked: whoever names subjects chooses how long it is.
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) {
      parent.set(at, parent.get(up) ?? up);
      at = parent.get(at) ?? up;
    }
    return at;
  };
  const namesOf = (subject: Subject) =>
    subject.names.map(({ value }) => `${subject.type} ${foldText(value)}`);
  for (const subject of subjects) {
    const [first = '', ...rest] = namesOf(subject);
    // The lesser name stands for the class, so that the order of the claims does not matter.
    for (const name of rest) {
      const [a, b] = [root(first), root(name)].sort() as [string, string];
      parent.set(b, a);
    }
  }
  return (subject) => root(namesOf(subject)[0] ?? '');
}
