import { expect, test } from '@jest/globals';
import { rosterSchema } from '#access';
import { contentSchema } from '#findings';
import { agencies } from './agencies.js';
import { people } from './people.js';
import { roster } from './roster.js';

const { kind, marking } = contentSchema.shape;
const { tlp, purposes } = marking.shape;

test('is a roster', () => {
  expect(rosterSchema.parse(roster)).toEqual(roster);
});

test('has at least twelve agencies in four jurisdictions, each named in four languages', () => {
  const national = roster.agencies.filter(({ jurisdiction }) => jurisdiction !== undefined);
  expect(national.length).toBeGreaterThanOrEqual(12);
  expect(new Set(national.map(({ jurisdiction }) => jurisdiction))).toEqual(
    new Set(['KR', 'JP', 'CN', 'US']),
  );
  for (const { names } of roster.agencies) expect(Object.keys(names)).toEqual(['ko', 'ja', 'zh-Hans', 'en']);
});

test('no id stands for two things, and all are random', () => {
  const ids = [
    ...roster.agencies.flatMap(({ id, members }) => [id, ...members.map((member) => member.id)]),
    ...roster.arrangements.map(({ id }) => id),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
});

test.each(Object.entries(people))('%s has every role it needs, each in other hands', (code, members) => {
  const roles = [...new Set(members.map(({ role }) => role).filter((role) => role !== 'LIAISON'))];
  expect(roles).toEqual(
    code === 'HUB' ? ['OPERATOR'] : ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'AGENCY_ADMIN', 'AUDITOR'],
  );
  const subjects = roster.agencies
    .find((agency) => agency.code === code)
    ?.members.map(({ subject }) => subject);
  expect(new Set(subjects).size).toBe(members.length);
});

test.each([
  ['KR-FSC', 'AGENCY_ADMIN'],
  ['JP-FSA', 'AGENCY_ADMIN'],
  ['JP-NPA', 'AGENCY_ADMIN'],
  ['HUB', 'OPERATOR'],
] as const)('%s has two of %s, for what takes two', (code, role) => {
  expect(people[code].filter((person) => person.role === role)).toHaveLength(2);
});

test('one person serves two agencies', () => {
  const subjects = roster.agencies.flatMap(({ members }) => members.map(({ subject }) => subject));
  expect(subjects.length - new Set(subjects).size).toBe(1);
});

test('arrangements and caps speak the words of findings', () => {
  for (const { parties, pending, kinds, purposes: wanted, highestMarking } of roster.arrangements) {
    expect(Object.keys(agencies)).toEqual(expect.arrayContaining(parties));
    expect(parties).toEqual(expect.arrayContaining(pending));
    expect(kind.options).toEqual(expect.arrayContaining(kinds));
    expect(purposes.element.options).toEqual(expect.arrayContaining(wanted));
    expect(tlp.options).toContain(highestMarking);
  }
  for (const { code, cap } of roster.agencies) {
    if (code === 'HUB') expect(cap).toBeUndefined();
    else expect(tlp.options).toContain(cap?.highestMarking);
  }
});

test('one arrangement waits for a party, and one has ended', () => {
  const now = new Date().toISOString();
  expect(roster.arrangements.filter(({ pending }) => pending.length > 0)).toHaveLength(1);
  expect(
    roster.arrangements.filter(({ validUntil }) => validUntil !== undefined && validUntil < now),
  ).toHaveLength(1);
});
