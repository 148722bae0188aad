import { expect, test } from '@jest/globals';
import type { AgencyCode } from './agencies.js';
import { revisionOf, type Content, type DemoFinding } from './finding.js';
import { roster } from './roster.js';
import { story, type Recipient, type Step } from './story.js';

const findings = [...new Set(story.map(({ finding }) => finding))];
const documents = findings.flatMap((finding) =>
  finding.revisions.map((content, at): [string, Content] => [revisionOf(finding, at + 1), content]),
);

const RANKS = ['TLP:CLEAR', 'TLP:GREEN', 'TLP:AMBER', 'TLP:AMBER+STRICT'];
const rank = (marking: string) => RANKS.indexOf(marking);

/** Whether an arrangement in force carries this document from one agency to the other, marked so. */
function covered(
  from: AgencyCode,
  to: AgencyCode,
  { kind, marking }: Content,
  tlp: string = marking.tlp,
): boolean {
  const now = new Date().toISOString();
  return roster.arrangements.some(
    ({ parties, pending, kinds, purposes, highestMarking, validFrom, validUntil }) =>
      parties.includes(from) &&
      parties.includes(to) &&
      pending.length === 0 &&
      validFrom <= now &&
      (validUntil === undefined || now < validUntil) &&
      kinds.includes(kind) &&
      marking.purposes.some((purpose) => purposes.includes(purpose)) &&
      rank(tlp) <= rank(highestMarking),
  );
}

function contentNamed(wanted: string): Content {
  const found = documents.find(([revision]) => revision === wanted);
  if (!found) throw new Error(`The story has no ${wanted}.`);
  return found[1];
}

/** Who holds which revisions; authors hold all of theirs. */
class Holdings {
  readonly #of = new Map<string, Map<AgencyCode, Set<number>>>();

  give(finding: DemoFinding, to: AgencyCode, number: number): void {
    const holders = this.holders(finding);
    holders.set(to, new Set([...(holders.get(to) ?? []), number]));
  }

  recall(finding: DemoFinding): void {
    for (const agency of this.holders(finding).keys())
      if (agency !== finding.agency) this.holders(finding).delete(agency);
  }

  holders({ name }: DemoFinding): Map<AgencyCode, Set<number>> {
    const holders = this.#of.get(name) ?? new Map<AgencyCode, Set<number>>();
    this.#of.set(name, holders);
    return holders;
  }

  holds(agency: AgencyCode, revision: string): boolean {
    const finding = findings.find(({ name }) => revision.startsWith(`${name}/`));
    return (
      finding !== undefined &&
      this.holders(finding)
        .get(agency)
        ?.has(Number(revision.split('/')[1])) === true
    );
  }

  sees(agency: AgencyCode, incident: string): boolean {
    return documents.some(([revision, { incidents = [] }]) => {
      const opened = findings.find(({ name }) => revision === `${name}/1`)?.opens;
      return (opened === incident || incidents.includes(incident)) && this.holds(agency, revision);
    });
  }
}

const bases = ({ claims = [] }: Content): string[] => claims.flatMap(({ origin }) => origin.revisionId ?? []);
const contentOf = ({ revisions }: DemoFinding, number: number): Content =>
  revisions[number - 1] ?? revisions[0];
const termsOf = (one: Recipient) =>
  typeof one === 'string' ? { agency: one, tlp: undefined } : { tlp: undefined, ...one };

/** Why the service would refuse a step; and what it changes if it does not. */
function faultsOf(step: Step, held: Holdings): string[] {
  const { finding } = step;
  const author = finding.agency;
  const faults: string[] = [];
  const expectThat = (fine: boolean, fault: string): void => {
    if (!fine) faults.push(`${step.act} ${finding.name}: ${fault}`);
  };

  if (step.act === 'draft' || step.act === 'revise') {
    const number = step.act === 'draft' ? 1 : step.number;
    const content = contentOf(finding, number);
    for (const incident of content.incidents ?? [])
      expectThat(held.sees(author, incident), `${author} does not see ${incident}`);
    for (const basis of bases(content))
      expectThat(held.holds(author, basis), `${author} does not hold ${basis}`);
    held.give(finding, author, number);
  }
  if (step.act === 'release') {
    const content = contentOf(finding, step.number);
    const cap = roster.agencies.find(({ code }) => code === author)?.cap;
    const earlier = [...held.holders(finding).keys()].filter((agency) => agency !== author);
    const named = step.to.map((one) => termsOf(one).agency);
    expectThat(
      earlier.every((agency) => named.includes(agency) || step.without.includes(agency)),
      'passes over a holder',
    );
    expectThat(
      step.without.every((agency) => earlier.includes(agency) && !named.includes(agency)),
      'leaves out no holder',
    );
    expectThat(new Set(named).size === named.length, 'names an agency twice');
    for (const { agency, tlp = content.marking.tlp } of step.to.map(termsOf)) {
      expectThat(rank(tlp) >= rank(content.marking.tlp), `is looser to ${agency}`);
      expectThat(rank(tlp) <= rank(cap?.highestMarking ?? ''), `is above the cap of ${author}`);
      expectThat(covered(author, agency, content, tlp), `no arrangement covers ${agency}`);
      for (const basis of bases(content)) {
        expectThat(held.holds(agency, basis), `${agency} does not hold ${basis}`);
      }
      held.give(finding, agency, step.number);
    }
    expectThat(held.holders(finding).size - 1 <= (cap?.widest ?? 0), `goes wider than the cap of ${author}`);
  }
  if (step.act === 'recall') held.recall(finding);
  if (step.act === 'supersede')
    expectThat(step.successor.agency === author, 'the successor is of another agency');
  return faults;
}

test('no step is one the service would refuse', () => {
  const held = new Holdings();
  expect(story.flatMap((step) => faultsOf(step, held))).toEqual([]);
});

test('the ended and the pending arrangement carry nothing, and nobody sees everything', () => {
  expect(covered('KR-KISA', 'JP-NPA', contentNamed('kisa-phishing/1'))).toBe(false);
  expect(covered('KR-FSC', 'US-FINCEN', contentNamed('fsc-yapizon/1'))).toBe(false);
  expect(covered('KR-FSC', 'JP-FSA', contentNamed('fsc-yapizon/1'))).toBe(true);

  const held = new Holdings();
  for (const step of story) faultsOf(step, held);
  for (const { code } of roster.agencies) {
    const seen = findings.filter((finding) => held.holders(finding).has(code as AgencyCode));
    expect(seen.length).toBeLessThan(findings.length);
    expect([code, seen.length > 0]).toEqual([code, code !== 'HUB']);
  }
});

test('shows what a life cycle can do', () => {
  const acts = (finding: DemoFinding) =>
    story.filter((step) => step.finding === finding).map(({ act }) => act);
  const lives = findings.map((finding) => acts(finding).join(' '));
  expect(lives).toEqual(
    expect.arrayContaining([
      'draft',
      'draft submit',
      'draft submit release',
      'draft submit release recall',
      'draft submit release supersede',
      'draft submit release revise submit release',
    ]),
  );
});
