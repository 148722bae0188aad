import { exclude, MOST_CLAIMS, sidesOf, type Claim, type PlacedClaim, type Side } from '#findings';
import type { ListHitType } from './lists.type.js';
import { MOST_COMMON, MOST_DISPUTES, MOST_RELATED } from './related-limits.js';
import type { ClaimRow, SharedCase, SharedIncident, SharedRow } from './related.queries.js';

export interface Facts {
  shared: readonly SharedRow[];
  incidents: readonly SharedIncident[];
  cases: readonly SharedCase[];
  about: AboutIncidents;
  lists: readonly ListHitType[];
}

interface Shared {
  key: string;
  rolesHere: string[];
  rolesThere: string[];
  findings: number;
  sanctions: ListHitType[];
}

interface Dispute {
  incidentId: string;
  attribute: string;
  here: Claim;
  there: Claim;
}

interface Related {
  findingId: string;
  strength: number;
  indicators: Shared[];
  incidents: string[];
  caseNumbers: string[];
  disputes: Dispute[];
}

interface Suppressed {
  key: string;
  ground: 'KNOWN_SERVICE' | 'TOO_COMMON';
  lists: ListHitType[];
}

export interface Relations {
  findings: Related[];
  more: boolean;
  suppressed: Suppressed[];
}

/** What a finding has to do with the others, of the facts that the reader may know. */
export function relationsOf(id: string, facts: Facts): Relations {
  const onList = Map.groupBy(facts.lists, ({ key }) => key);
  const suppressed = new Map<string, Suppressed>();
  const related = new Map<string, Related>();
  const to = (findingId: string): Related => {
    const known = related.get(findingId) ?? nothing(findingId);
    related.set(findingId, known);
    return known;
  };
  for (const [key, rows] of Map.groupBy(
    facts.shared.filter(({ of }) => of === id),
    (row) => row.key,
  )) {
    const others = Map.groupBy(rows, ({ findingId }) => findingId);
    const findings = others.size;
    others.delete(id);
    if (others.size === 0) continue;
    const hits = onList.get(key) ?? [];
    const sanctions = hits.filter(({ kind }) => kind === 'SANCTIONS');
    const rolesHere = rows[0]?.rolesHere ?? [];
    const not = groundOf({ key, findings }, hits);
    if (not) suppressed.set(key, not);
    else
      for (const [findingId, same] of others) {
        // In its document, in its datasets, or in both.
        const rolesThere = [...new Set(same.flatMap((row) => row.rolesThere))].sort();
        to(findingId).indicators.push({ key, rolesHere, rolesThere, findings, sanctions });
      }
  }
  for (const { of, findingId, incidentId } of facts.incidents)
    if (of === id && findingId !== id) to(findingId).incidents.push(incidentId);
  for (const { of, findingId, caseNumber } of facts.cases)
    if (of === id && findingId !== id) to(findingId).caseNumbers.push(caseNumber);
  for (const one of related.values()) {
    one.indicators.sort((a, b) => a.findings - b.findings || (a.key < b.key ? -1 : 1));
    one.strength = strengthOf(one.indicators);
  }
  for (const { findingId, ...dispute } of disputesOf(id, facts.about)) {
    const { disputes } = related.get(findingId) ?? nothing(findingId);
    if (disputes.length < MOST_DISPUTES) disputes.push(dispute);
  }
  const findings = [...related.values()].sort(
    (a, b) => b.strength - a.strength || weight(b) - weight(a) || (a.findingId < b.findingId ? -1 : 1),
  );
  return {
    findings: findings.slice(0, MOST_RELATED),
    more: findings.length > MOST_RELATED,
    suppressed: [...suppressed.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

const nothing = (findingId: string): Related => ({
  findingId,
  strength: 0,
  indicators: [],
  incidents: [],
  caseNumbers: [],
  disputes: [],
});

/** Sanctions beat services: what is sanctioned counts, whoever's wallet it is. */
function groundOf(
  { key, findings }: { key: string; findings: number },
  hits: readonly ListHitType[],
): Suppressed | null {
  const services = hits.filter(({ kind }) => kind === 'SERVICE');
  if (services.length > 0 && services.length === hits.length)
    return { key, ground: 'KNOWN_SERVICE', lists: services };
  return findings > MOST_COMMON ? { key, ground: 'TOO_COMMON', lists: [] } : null;
}

/** Rare beats common: what only these two have is 1, what `n` others have too 1 / (n + 1). */
const strengthOf = (shared: readonly Shared[]): number =>
  Math.round(shared.reduce((sum, { findings }) => sum + 1 / (findings - 1), 0) * 1000) / 1000;

const weight = ({ incidents, caseNumbers }: Related): number => incidents.length + caseNumbers.length;

type Placed = PlacedClaim & { findingId: string };

/** The claims about each incident, by subject and attribute: made once for all findings of a step. */
type AboutIncidents = ReadonlyMap<string, readonly (readonly Side<Placed>[])[]>;

/** @param claims the oldest first */
export function aboutIncidents(claims: readonly ClaimRow[]): AboutIncidents {
  const placed = ({ body, agencyId, findingId }: ClaimRow): Placed => ({ ...body, agencyId, findingId });
  const groups = Map.groupBy(claims, (row) => row.incidentId);
  return new Map(
    [...groups].map(([incidentId, rows]) => [incidentId, sidesOf(rows.slice(-MOST_CLAIMS).map(placed))]),
  );
}

/** Between the claims of this finding and those of others about the same incident, subject and attribute. */
function* disputesOf(id: string, about: AboutIncidents): Iterable<Dispute & { findingId: string }> {
  for (const [incidentId, groups] of about)
    for (const group of groups)
      for (const here of group.filter(({ placed }) => placed.findingId === id))
        for (const there of group) {
          const { findingId, claim } = there.placed;
          if (findingId === id || !exclude(here, there)) continue;
          yield { incidentId, attribute: claim.attribute, here: here.placed.claim, there: claim, findingId };
        }
}
