import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { act, document, draft, newest, released, submit, type Finding } from './support/findings.js';
import { marked } from './support/releases.js';
import { agencyId, bothId, memberId, MEMBER_ROLES } from './support/roster.js';
import { inHours, passHours } from './support/time.js';
import { startWorld, type World } from './support/world.js';

/*
 * What the lists leave: of the findings that JP-NPA has, of the claims about an incident, and of agencies as they are
 * now.
 */

type Label = 'theft' | 'note' | 'draft' | 'review' | 'revised' | 'expired' | 'superseded';
let world: World;
/** `theft` by KR-FSC came two days ago, `note` by US-TFI just now; the others are its own. */
let findings: Record<Label, Finding>;
const incidentOf = (finding: Finding): string => finding.revision.document.incidents[0] ?? '';

const happened = (from: string) => ({ happened: { from, precision: 'day', zone: 'UTC' } });
const claimed = (term: string) => ({
  claims: [{ attribute: 'method', value: { term }, origin: { kind: 'own' } }],
});
const address = { type: 'ip', value: '203.0.113.7' };

beforeAll(async () => {
  world = await startWorld();
  const indicators = [{ ...address, role: 'suspect' }];
  const written = { ...happened('2018-01-26'), ...claimed('phishing'), indicators };
  const theft = await released(world, 'KR-FSC', ['JP-NPA'], written, { newIncident: true });
  await passHours(world, 48);
  const texts = [{ language: 'en', origin: 'original', title: 'Across chains', body: 'So.' }];
  const note = { kind: 'policy-note', ...marked('TLP:AMBER'), ...happened('2019-05-01'), texts };
  const own = (changes: object) => released(world, 'JP-NPA', ['KR-FSC'], changes, { newIncident: true });
  findings = {
    theft,
    note: await released(world, 'US-TFI', ['JP-NPA'], note),
    draft: await draft(world, 'JP-NPA'),
    review: await submit(world, 'JP-NPA', await draft(world, 'JP-NPA')),
    revised: await own(claimed('insider')),
    expired: await own(claimed('malware')),
    superseded: await own(claimed('coercion')),
  };
  const { revised, expired, superseded } = findings;
  const revise = { basedOn: newest(revised), document: document() };
  await submit(world, 'JP-NPA', await act(world, 'JP-NPA', 'CONTRIBUTOR', 'reviseFinding', revise));
  await act(world, 'JP-NPA', 'RELEASER', 'expireFinding', { findingId: expired.id });
  await act(world, 'JP-NPA', 'RELEASER', 'supersedeFinding', {
    findingId: superseded.id,
    successorId: revised.id,
  });
  const former = [agencyId('US-TFI'), '2000-01-01', '2010-01-01'];
  await world.sql(`insert into agency_jurisdiction values ($1, 'ZZ', $2, $3)`, former);
  await world.sql(`insert into agency_name values ($1, 'en', 'Its former name', $2, $3)`, former);
});
afterAll(() => world.close());

const ALL: Label[] = ['theft', 'note', 'draft', 'review', 'revised', 'expired', 'superseded'];
const OWN = ALL.slice(2);

describe('a filter leaves what it says, in the list as in its total', () => {
  test.each<[string, () => object, Label[]]>([
    ['none', () => ({}), ALL],
    ['kinds', () => ({ kinds: ['policy-note'] }), ['note']],
    ['authors', () => ({ authors: [agencyId('JP-NPA')] }), OWN],
    ['jurisdictions', () => ({ jurisdictions: ['US'] }), ['note']],
    ['jurisdictions, of which one is a former', () => ({ jurisdictions: ['ZZ', 'KR'] }), ['theft']],
    ['incident', () => ({ incident: incidentOf(findings.theft) }), ['theft']],
    ['markings', () => ({ markings: ['TLP:AMBER'] }), ['note']],
    ['happened from', () => ({ happened: { from: '2018-06-01T00:00:00Z' } }), ['note']],
    ['happened until', () => ({ happened: { until: '2018-06-01T00:00:00Z' } }), ['theft']],
    ['released from', () => ({ released: { from: inHours(-1) } }), ['note', ...OWN.slice(2)]],
    ['released until', () => ({ released: { until: inHours(-1) } }), ['theft']],
    ['indicator', () => ({ indicator: address }), ['theft']],
    ['in review', () => ({ inReview: true }), ['review', 'revised']],
    ['words', () => ({ words: 'CHAINS across' }), ['note']],
    ['what is a draft', () => ({ states: ['DRAFT', 'IN_REVIEW'] }), ['draft', 'review']],
    ['what is released', () => ({ states: ['RELEASED'] }), ['theft', 'note', 'revised']],
    ['what has ended', () => ({ states: ['EXPIRED', 'SUPERSEDED'] }), ['expired', 'superseded']],
    ['two at once', () => ({ kinds: ['hack'], authors: [agencyId('KR-FSC')] }), ['theft']],
  ])('%s', async (_, filter, labels) => {
    const { findings: list } = await world
      .as('JP-NPA', 'ANALYST')
      .ask<{ findings: { nodes: { id: string }[]; total: { count: number } } }>(
        `query ($filter: FindingFilterInput) { findings(filter: $filter) { nodes { id } total { count } } }`,
        { filter: filter() },
      );
    const left = list.nodes.map(({ id }) => ALL.find((label) => findings[label].id === id));
    expect(left.sort()).toEqual(labels.toSorted());
    expect(list.total.count).toBe(labels.length);
  });
});

test.each<[Label, string[]]>([
  ['theft', ['phishing']],
  ['revised', ['insider']],
  ['expired', []],
  ['superseded', []],
])('the incident of %s has the claims about it that stand, and no other: %j', async (label, terms) => {
  const { incident } = await world.as('JP-NPA', 'ANALYST').ask<{
    incident: { findingCount: number; claims: { claims: { claim: { value: { term: string } } }[] }[] };
  }>('query ($id: ID!) { incident(id: $id) { findingCount claims { claims { claim { value { term } } } } } }', {
    id: incidentOf(findings[label]),
  });
  const told = incident.claims.flatMap(({ claims }) => claims.map(({ claim }) => claim.value.term));
  expect({ told, count: incident.findingCount }).toEqual({ told: terms, count: 1 });
});

test('an agency has the names and the jurisdiction that hold now', async () => {
  const { agencies } = await world
    .as('JP-NPA', 'ANALYST')
    .ask<{ agencies: { nodes: { code: string }[] } }>(
      '{ agencies { nodes { code jurisdiction names { language name } } } }',
    );
  expect(agencies.nodes.find(({ code }) => code === 'US-TFI')).toEqual({
    code: 'US-TFI',
    jurisdiction: 'US',
    names: [
      { language: 'en', name: 'Agency US-TFI' },
      { language: 'ko', name: '기관 US-TFI' },
    ],
  });
});

test('the viewer is who asks, of its own agency, with a cap if it releases', async () => {
  const members = MEMBER_ROLES.map((role): [string, boolean] => [
    memberId('JP-NPA', role),
    role === 'RELEASER',
  ]);
  for (const [id, releases] of [...members, [bothId('JP-NPA'), true] as const]) {
    const { viewer } = await world
      .member(id)
      .ask<{ viewer: object }>('{ viewer { memberId agency { code } cap { highestMarking widest } } }');
    const cap = releases ? { highestMarking: 'TLP:AMBER+STRICT', widest: 3 } : null;
    expect(viewer).toEqual({ memberId: id, agency: { code: 'JP-NPA' }, cap });
  }
});
