import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { administer, administratorsOf, tried, type Administrators } from './support/administration.js';
import { released, type Finding } from './support/findings.js';
import { accept, accepted, type Invited } from './support/invitations.js';
import { newMember } from './support/partners.js';
import { agencyId, memberId, type Code } from './support/roster.js';
import { listed, seen, tombstone } from './support/seen.js';
import { entered } from './support/transactions.js';
import { at, moved } from './support/transfers.js';
import { startWorld, type Client, type OwnWorld } from './support/world.js';

/*
 * An agency left without administrators: two operators, 72 hours in which its own may stop it, and an inbox that stays
 * closed for what each originator had released until that originator confirms. It is JP-NPA here; KR-FSC and US-TFI
 * have released to it.
 */

const SHARED = { type: 'domain', value: 'wallet-update.example.com', role: 'suspect' };

let world: OwnWorld;
let hub: Administrators;
let fromKr: Finding;
let fromUs: Finding;
let own: Finding;
beforeEach(async () => {
  world = await startWorld();
  hub = await administratorsOf(world, 'HUB');
  fromKr = await released(world, 'KR-FSC', ['JP-NPA', 'US-TFI']);
  fromUs = await released(world, 'US-TFI', ['JP-NPA'], {
    indicators: [SHARED],
    transfers: [moved('closed', 'further', 1)],
  });
  own = await released(world, 'JP-NPA', ['KR-FSC']);
  await world.sql('update member set ended_at = now() where id = $1', [memberId('JP-NPA', 'AGENCY_ADMIN')]);
}, 60_000);
afterEach(() => world.close());

const JP = { agencyId: agencyId('JP-NPA') };
/** Of the findings with that domain: by the list's filter, by look-up, by full text. */
async function foundBy(client: Client): Promise<(string | undefined)[]> {
  const { findings, lookup, search, trace } = await client.ask<{
    findings: { nodes: { id: string }[] };
    lookup: { nodes: { matches: { finding: { id: string } }[] }[] };
    search: { nodes: { finding: { id: string } }[] };
    trace: { edges: { transfers: { sources: { findingId: string }[] }[] }[] };
  }>(
    `query ($value: String!, $phrase: String!, $from: TraceFromInput!) {
       findings(filter: { indicator: { type: "domain", value: $value } }) { nodes { id } }
       lookup(values: [$value]) { nodes { matches { finding { id } } } }
       search(query: $phrase) { nodes { finding { id } } }
       trace(from: $from) { edges { transfers { sources { findingId } } } } }`,
    { value: SHARED.value, phrase: `"${SHARED.value}"`, from: { chain: 'ethereum', value: at('closed') } },
  );
  return [
    findings.nodes[0]?.id,
    lookup.nodes[0]?.matches[0]?.finding.id,
    search.nodes[0]?.finding.id,
    trace.edges[0]?.transfers[0]?.sources[0]?.findingId,
  ];
}

const somebody = () => `subject-${randomUUID()}`;
const decision = ({ pendingAct }: Invited) => ({ pendingActId: pendingAct?.id, hash: pendingAct?.hash });

/** Asked for by one operator. */
async function asked(operator = hub.first): Promise<Invited> {
  const input = { idempotencyKey: randomUUID(), ...JP, administrators: ['Sato', 'Ito'] };
  const { begun } = await operator.ask<{ begun: Invited }>(
    `mutation ($input: BeginRecoveryInput!) { begun: beginRecovery(input: $input) {
       subjectId pendingAct { id act content hash state } codes { name code } } }`,
    { input },
  );
  return begun;
}

/** @returns the codes of the new administrators */
async function begun(): Promise<[string, string]> {
  const recovery = await asked();
  await administer(hub.second, 'approveAct', decision(recovery));
  const [one, other] = recovery.codes.map(({ code }) => code);
  return [one ?? '', other ?? ''];
}

/** As if it had begun so many hours earlier. */
const passed = (hours: number) =>
  world.sql(
    `with r as (update recovery set begun_at = begun_at - $1::interval, due_at = due_at - $1::interval,
                                    expires_at = expires_at - $1::interval returning id)
     update invitation set good_from = good_from - $1::interval, expires_at = expires_at - $1::interval
      where recovery_id in (select id from r)`,
    [`${hours} hours`],
  );

const found = (code: Code, id: string) =>
  seen(world, code, id).then((answer) => (typeof answer === 'string' ? answer : 'seen'));

/** Which findings an analyst of the agency reads there in the database itself, past the application. */
const held = (table: 'inbox' | 'release') =>
  entered(world, memberId('JP-NPA', 'ANALYST'), async (client) => {
    const { rows } = await client.query<{ id: string }>(`select finding_id as id from ${table} order by 1`);
    return rows.map(({ id }) => id);
  });

const recoveries = async (client: Client) =>
  (
    await client.ask<{ recoveries: { nodes: { agencyId: string; state: string; awaitsYou: boolean }[] } }>(
      '{ recoveries { nodes { agencyId state awaitsYou } } }',
    )
  ).recoveries.nodes;

const told = async (act: string) =>
  (
    await world.sql<{ code: string }>(
      'select code from entry join agency on agency.id = agency_id where act = $1 order by 1',
      [act],
    )
  ).map(({ code }) => code);

describe('a recovery', () => {
  test('takes two operators, and is told at once to the agency, its partners and who had released to it', async () => {
    const recovery = await asked();
    expect(await tried(hub.first, 'approveAct', decision(recovery))).toBe('CONFLICT input.pendingActId');
    expect(await recoveries(world.as('JP-NPA', 'ANALYST'))).toEqual([]);
    expect(await tried(hub.second, 'approveAct', decision(recovery))).toBe('done');
    expect(await told('agency.recovery-begun')).toEqual(
      ['CN-CAMLMAC', 'HUB', 'JP-NPA', 'KR-FSC', 'US-TFI', 'XX-ALONE'].sort(),
    );
    const waiting = [{ ...JP, state: 'WAITING', awaitsYou: false }];
    expect(await recoveries(world.as('JP-NPA', 'ANALYST'))).toEqual(waiting);
    expect(await recoveries(world.as('KR-FSC', 'AGENCY_ADMIN'))).toEqual(waiting);
    expect(await recoveries(world.as('KR-KNPA', 'AGENCY_ADMIN'))).toEqual([]);
  });

  test('lets nobody in for 72 hours, by the clock of the database; nor 7 days later', async () => {
    const [code, other] = await begun();
    const [times] = await world.sql(
      `select extract(epoch from due_at - begun_at) / 3600 as hours from recovery`,
    );
    expect(Number(times?.hours)).toBeCloseTo(72, 3);
    expect(await accepted(world, code, somebody())).toMatch(/^NOT_FOUND/);
    await passed(71.99);
    expect(await accepted(world, code, somebody())).toMatch(/^NOT_FOUND/);
    await passed(0.02);
    expect(await accepted(world, code, somebody())).toBe('done');
    await passed(7 * 24);
    expect(await accepted(world, other, somebody())).toMatch(/^NOT_FOUND/);
  });

  test.each(['ANALYST', 'AUDITOR'] as const)('is stopped by any member of the agency: %s', async (role) => {
    const [code] = await begun();
    await passed(73);
    expect(await tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'stopRecovery', JP)).toBe(
      'NOT_FOUND input.agencyId',
    );
    expect(await tried(world.as('JP-NPA', role), 'stopRecovery', JP)).toBe('done');
    expect(await accepted(world, code, somebody())).toMatch(/^NOT_FOUND/);
    expect(await tried(world.as('JP-NPA', role), 'stopRecovery', JP)).toBe('NOT_FOUND input.agencyId');
    expect(await told('agency.recovery-stopped')).toContain('HUB');
    expect(await found('JP-NPA', fromKr.id)).toBe('seen');
    expect(await begun()).toHaveLength(2);
  });

  test('is over when the agency is suspended, for nobody of it could stop it; begun anew it takes 72 hours again', async () => {
    const [code] = await begun();
    await passed(71);
    await administer(hub.first, 'suspendAgency', JP);
    await hub.both('reinstateAgency', JP);
    await passed(2);
    expect(await accepted(world, code, somebody())).toMatch(/^NOT_FOUND/);
    expect(await recoveries(world.as('JP-NPA', 'ANALYST'))).toEqual([
      { ...JP, state: 'STOPPED', awaitsYou: false },
    ]);
    expect(await told('agency.recovery-stopped')).toEqual(await told('agency.recovery-begun'));
    const [anew] = await begun();
    await passed(71);
    expect(await accepted(world, anew, somebody())).toMatch(/^NOT_FOUND/);
    await passed(1.01);
    expect(await accepted(world, anew, somebody())).toBe('done');
  });

  test('is not approved when it was asked for before the agency was suspended', async () => {
    const recovery = await asked();
    await administer(hub.first, 'suspendAgency', JP);
    await hub.both('reinstateAgency', JP);
    expect(await tried(hub.second, 'approveAct', decision(recovery))).toBe('CONFLICT input.pendingActId');
  });

  test('is not stopped by a machine, and not once somebody came in', async () => {
    const [code] = await begun();
    const id = await newMember(world, 'JP-NPA', ['ANALYST']);
    await world.sql('update member set machine = true where id = $1', [id]);
    expect(await tried(world.member(id), 'stopRecovery', JP)).toBe('NOT_FOUND input.agencyId');
    await passed(73);
    await accept(world, code, somebody());
    expect(await tried(world.as('JP-NPA', 'ANALYST'), 'stopRecovery', JP)).toBe('NOT_FOUND input.agencyId');
  });

  test('is not begun for an agency with two administrators, twice, for a suspended one, or for the hub', async () => {
    const begin = (input: object) =>
      tried(hub.first, 'beginRecovery', { administrators: ['Sato', 'Ito'], ...input });
    await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']);
    expect(await begin({ agencyId: agencyId('KR-FSC') })).toBe('CONFLICT input.agencyId');
    for (const id of [agencyId('HUB'), randomUUID(), memberId('JP-NPA', 'ANALYST')])
      expect(await begin({ agencyId: id })).toBe('NOT_FOUND input.agencyId');
    await world.sql('update agency set suspended_at = now() where id = $1', [JP.agencyId]);
    expect(await begin(JP)).toBe('NOT_FOUND input.agencyId');
    await world.sql('update agency set suspended_at = null');
    await begun();
    expect(await begin(JP)).toBe('CONFLICT input.agencyId');
    expect(await begin({ ...JP, administrators: ['Sato'] })).toBe('INVALID input.administrators');
  });
});

describe('once somebody came in, the inbox', () => {
  /** Two administrators of each originator. */
  const originator = (code: Code) => administratorsOf(world, code);
  const recovered = async () => {
    const [one, other] = await begun();
    await passed(73);
    const admins = [await accept(world, one, somebody()), await accept(world, other, somebody())];
    return admins.map((id) => world.member(id));
  };

  test('is closed for what others had released, in lists and one by one, and for nothing else', async () => {
    await recovered();
    expect(await told('agency.recovered')).toEqual(
      ['CN-CAMLMAC', 'HUB', 'JP-NPA', 'KR-FSC', 'US-TFI', 'XX-ALONE'].sort(),
    );
    expect(await listed(world, 'JP-NPA')).toEqual([own.id]);
    for (const { id } of [fromKr, fromUs]) expect(await found('JP-NPA', id)).toBe('NOT_FOUND');
    const { claims } = (
      await world.sql<{ claims: number }>(`select count(*)::int as claims from release where closed`)
    )[0] ?? { claims: 0 };
    expect(claims).toBe(2);
    expect(await held('inbox')).toEqual([own.id]);
    expect(await held('release')).toEqual([own.id]);
    expect(await found('US-TFI', fromKr.id)).toBe('seen');
    expect(await foundBy(world.as('JP-NPA', 'ANALYST'))).toEqual(Array(4).fill(undefined));
    const since = await released(world, 'KR-FSC', ['JP-NPA']);
    expect(await found('JP-NPA', since.id)).toBe('seen');
  });

  test('is opened by each originator for its own, by two persons', async () => {
    await recovered();
    const [kr, us] = [await originator('KR-FSC'), await originator('US-TFI')];
    expect(await recoveries(kr.first)).toEqual([{ ...JP, state: 'RECOVERED', awaitsYou: true }]);
    expect(await tried(kr.first, 'confirmRecovery', JP)).toBe('pending');
    expect(await found('JP-NPA', fromKr.id)).toBe('NOT_FOUND');
    await kr.both('confirmRecovery', JP);
    expect(await found('JP-NPA', fromKr.id)).toBe('seen');
    expect(await found('JP-NPA', fromUs.id)).toBe('NOT_FOUND');
    expect(await held('release')).toEqual([own.id, fromKr.id].sort());
    expect(await recoveries(kr.first)).toEqual([{ ...JP, state: 'RECOVERED', awaitsYou: false }]);
    expect(await tried(kr.first, 'confirmRecovery', JP)).toBe('NOT_FOUND input.agencyId');
    await us.both('confirmRecovery', JP);
    expect(await foundBy(world.as('JP-NPA', 'ANALYST'))).toEqual(Array(4).fill(fromUs.id));
    expect((await listed(world, 'JP-NPA')).sort()).toEqual([own.id, fromKr.id, fromUs.id].sort());
  });

  test('loses what an originator declines, which leaves a tombstone', async () => {
    await recovered();
    const us = await originator('US-TFI');
    expect(await tried(us.first, 'declineRecovery', JP)).toBe('done');
    expect(await seen(world, 'JP-NPA', fromUs.id)).toEqual(
      tombstone(fromUs.id, 'RECALLED', 'agency-recovered', expect.any(String)),
    );
    // Nobody holds it any more: to its author it is recalled.
    expect(await seen(world, 'US-TFI', fromUs.id)).toMatchObject({ state: 'RECALLED' });
    expect(await tried(us.first, 'confirmRecovery', JP)).toBe('NOT_FOUND input.agencyId');
    expect(await tried(us.first, 'declineRecovery', { agencyId: agencyId('CN-CAMLMAC') })).toBe(
      'NOT_FOUND input.agencyId',
    );
    expect(await found('JP-NPA', fromKr.id)).toBe('NOT_FOUND');
  });
});
