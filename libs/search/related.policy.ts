import { groupClaims, type Claim, type PlacedClaim } from '#findings';
import type { ListHitType } from './lists.type.js';
import { MOST_COMMON, MOST_RELATED } from './related-limits.js';
import type { ClaimRow, SharedCase, SharedIncident, SharedRow } from './related.queries.js';

export interface Facts {
  shared: readonly SharedRow[];
  incidents: readonly SharedIncident[];
  cases: readonly SharedCase[];
  claims: readonly ClaimRow[];
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
  for (const { of, findingId, ...row } of facts.shared) {
    if (of !== id || findingId === id) continue;
    const hits = onList.get(row.key) ?? [];
    const not = groundOf(row, hits);
    if (not) suppressed.set(row.key, not);
    else
      to(findingId).indicators.push({ ...row, sanctions: hits.filter(({ kind }) => kind === 'SANCTIONS') });
  }
  for (const { of, findingId, incidentId } of facts.incidents)
    if (of === id && findingId !== id) to(findingId).incidents.push(incidentId);
  for (const { of, findingId, caseNumber } of facts.cases)
    if (of === id && findingId !== id) to(findingId).caseNumbers.push(caseNumber);
  for (const one of related.values()) {
    one.indicators.sort((a, b) => a.findings - b.findings || (a.key < b.key ? -1 : 1));
    one.strength = strengthOf(one.indicators);
  }
  for (const { findingId, ...dispute } of disputesOf(id, facts.claims))
    related.get(findingId)?.disputes.push(dispute);
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

/** Between the claims of this finding and those of others about the same incident, subject and attribute. */
function* disputesOf(id: string, claims: readonly ClaimRow[]): Iterable<Dispute & { findingId: string }> {
  for (const [incidentId, about] of Map.groupBy(claims, (row) => row.incidentId)) {
    if (!about.some(({ findingId }) => findingId === id)) continue;
    const placed = about.map(({ body, agencyId, findingId }): Placed => ({ ...body, agencyId, findingId }));
    for (const { attribute, claims: group } of groupClaims(placed))
      for (const { findingId, claim: here, rivals } of group)
        if (findingId === id)
          for (const rival of rivals)
            if (rival.findingId !== id)
              yield { incidentId, attribute, here, there: rival.claim, findingId: rival.findingId };
  }
}
