import { foldText } from '#core';
import type { ClaimValue } from './claim.js';
import type { Subject } from './document.js';
import type { ProjectedClaim } from './projection.js';
import { intervalOf } from './timespan.js';

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
  const sameSubject = subjectsByName(claims.flatMap(({ subject }) => subject ?? []));
  const groups = new Map<string, C[]>();
  for (const placed of claims) {
    const subject = placed.subject ? sameSubject(placed.subject) : '';
    const key = `${subject}\n${placed.claim.attribute}`;
    groups.set(key, [...(groups.get(key) ?? []), placed]);
  }
  return [...groups.values()].map((members) => groupOf(members));
}

function groupOf<C extends PlacedClaim>(members: readonly C[]): ClaimGroup<C> {
  const claims = members.map((one) => ({ ...one, rivals: members.filter((other) => areRivals(one, other)) }));
  const [first] = members;
  return {
    subject: first?.subject ?? null,
    attribute: first?.claim.attribute ?? '',
    disputed: claims.some(({ rivals }) => rivals.length > 0),
    claims,
  };
}

/** Rivals: of different agencies or sources, in the same unit, and no single value could satisfy both. */
export const areRivals = (one: PlacedClaim, other: PlacedClaim): boolean =>
  sourceOf(one) !== sourceOf(other) && exclude(one.claim.value, other.claim.value);

const sourceOf = ({ agencyId, claim: { origin } }: PlacedClaim): string =>
  JSON.stringify([agencyId, origin.kind, origin.name ?? '', origin.revisionId ?? '']);

function exclude(one: ClaimValue, other: ClaimValue): boolean {
  if (one.amount && other.amount) {
    return one.amount.asset === other.amount.asset && apart(scaled(one.amount), scaled(other.amount));
  }
  if (one.quantity && other.quantity) {
    return one.quantity.unit === other.quantity.unit && apart(bounds(one.quantity), bounds(other.quantity));
  }
  if (one.time && other.time) {
    const [a, b] = [intervalOf(one.time), intervalOf(other.time)];
    return a.until <= b.from || b.until <= a.from;
  }
  if (one.term !== undefined && other.term !== undefined) return foldText(one.term) !== foldText(other.term);
  // Values of different kinds have no common unit; unknown rivals nothing.
  return false;
}

type Bounds<N> = { low: N | null; high: N | null };

function apart<N extends bigint | number>(one: Bounds<N>, other: Bounds<N>): boolean {
  const below = (a: Bounds<N>, b: Bounds<N>) => a.high !== null && b.low !== null && a.high < b.low;
  return below(one, other) || below(other, one);
}

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

/** Union of subjects that share a name. @returns a function from a subject to a name for its class */
function subjectsByName(subjects: readonly Subject[]): (subject: Subject) => string {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    const up = parent.get(name) ?? name;
    return up === name ? name : root(up);
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
