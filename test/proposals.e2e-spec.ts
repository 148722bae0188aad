import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { administer, administratorsOf, ARRANGEMENT, type Administrators } from './support/administration.js';
import { document } from './support/findings.js';
import { whileSuspended } from './support/partners.js';
import { agencyId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

/* What a proposal shows: the proposer to those it is proposed to; to the proposer, who has accepted. */

let world: World;
let kr: Administrators;
let alone: Administrators;
beforeAll(async () => {
  world = await startWorld();
  [kr, alone] = [await administratorsOf(world, 'KR-FSC'), await administratorsOf(world, 'XX-ALONE')];
});
afterAll(() => world.close());

const AGENCIES = '{ agencies(first: 100) { nodes { id code jurisdiction names { language name } } } }';
const REACH = `query ($document: FindingContentInput!) {
  validateFinding(document: $document) { reach { agency { id code } arrangementId ground } } }`;

/** All that an agency is told of agencies, and of how far a finding of its own would reach. */
const told = async (code: 'KR-FSC' | 'XX-ALONE'): Promise<string> => {
  const client = world.as(code, 'BOTH');
  const reach = await client.query(REACH, { document: document() });
  expect(reach.errors).toEqual([]);
  return [(await client.query(AGENCIES)).text, reach.text].join('\n');
};

test('nothing of an agency that has accepted nothing, suspended or not, and its name once it has', async () => {
  const before = await told('KR-FSC');
  expect(before).not.toContain('XX-ALONE');
  expect(await told('XX-ALONE')).not.toContain('KR-FSC');
  const { subjectId: arrangementId } = await administer(kr.first, 'proposeArrangement', {
    ...ARRANGEMENT,
    parties: [agencyId('XX-ALONE')],
  });
  expect(await told('KR-FSC')).toBe(before);
  expect(await whileSuspended(world, 'XX-ALONE', () => told('KR-FSC'))).toBe(before);
  expect(await told('XX-ALONE')).toContain('KR-FSC');
  await kr.both('acceptArrangement', { arrangementId });
  expect(await told('KR-FSC')).toBe(before);
  await alone.both('acceptArrangement', { arrangementId });
  expect(await told('KR-FSC')).toContain('XX-ALONE');
  expect(await whileSuspended(world, 'XX-ALONE', () => told('KR-FSC'))).toContain('AGENCY_NOT_ACTIVE');
});

test('of those it is proposed to, to each other, nothing but who has accepted', async () => {
  const parties = [agencyId('XX-ALONE'), agencyId('CN-CAMLMAC')];
  const { subjectId: arrangementId } = await administer(kr.first, 'proposeArrangement', {
    ...ARRANGEMENT,
    parties,
  });
  expect(await told('XX-ALONE')).not.toContain('CN-CAMLMAC');
  const cn = await administratorsOf(world, 'CN-CAMLMAC');
  await cn.both('acceptArrangement', { arrangementId });
  expect(await told('XX-ALONE')).toContain('CN-CAMLMAC');
});
