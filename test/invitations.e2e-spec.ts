import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hashOfCode, newCode } from '#access';
import { administer, administratorsOf, tried } from './support/administration.js';
import { ACTS, document, newest, submit, type Finding } from './support/findings.js';
import { accept, accepted, given, IDP, invite } from './support/invitations.js';
import { newMember, whileSuspended, withProvider } from './support/partners.js';
import { agencyId, memberId } from './support/roster.js';
import { withClient } from './support/server.js';
import { contents } from './support/seen.js';
import { entered, attempt } from './support/transactions.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* How a person becomes a member: by a code, once; and every code that is not good is refused in the same words. */

let world: OwnWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const REFUSED =
  'NOT_FOUND This invitation is not good: it was used or withdrawn, has run out, or is not for you.';
const VIEWER = '{ viewer { memberId name roles agency { code } } }';

/** A person nobody has met. */
const somebody = () => `subject-${randomUUID()}`;

const change = (code: string, set: string) =>
  world.sql(`update invitation set ${set} where code_hash = $1`, [hashOfCode(code)]);

test('an invitation that is accepted makes one membership, of the person who came with it, and is in the ledger', async () => {
  const code = await given(world, 'KR-FSC', { name: 'Kim', roles: ['CONTRIBUTOR', 'RELEASER'] });
  const id = await accept(world, code, 'kim');
  expect(await world.member(id).ask(VIEWER)).toEqual({
    viewer: { memberId: id, name: 'Kim', roles: ['CONTRIBUTOR', 'RELEASER'], agency: { code: 'KR-FSC' } },
  });
  expect(
    await world.sql(
      `select issuer, subject from person where id = (select person_id from member where id = $1)`,
      [id],
    ),
  ).toEqual([{ issuer: IDP, subject: 'kim' }]);
  expect(
    await world.sql(`select agency_id, act, subject_type, details from entry where member_id = $1`, [id]),
  ).toEqual([
    { agency_id: agencyId('KR-FSC'), act: 'invitation.accepted', subject_type: 'invitation', details: null },
  ]);
});

test('the same person at two agencies has two memberships, and is one person', async () => {
  const who = somebody();
  const first = await accept(world, await given(world, 'KR-FSC'), who);
  const second = await accept(world, await given(world, 'JP-NPA'), who);
  expect(
    await world.sql('select count(distinct person_id)::int as n from member where id = any ($1)', [
      [first, second],
    ]),
  ).toEqual([{ n: 1 }]);
  const elsewhere = await accept(world, await given(world, 'KR-FSC'), who, 'https://other.example');
  expect(elsewhere).not.toBe(first);
});

test('before it is accepted, who has the code is told for what it is', async () => {
  const code = await given(world, 'KR-FSC', { name: 'Lee', roles: ['ANALYST'] });
  const asked = (hash: string) =>
    world.doors.asAuthorizationServer((reader) =>
      reader.rows('select agency_id, agency_code, name, roles from entente.invitation_of($1)', [hash]),
    );
  expect(await asked(hashOfCode(code))).toEqual([
    { agency_id: agencyId('KR-FSC'), agency_code: 'KR-FSC', name: 'Lee', roles: ['ANALYST'] },
  ]);
  await accept(world, code, somebody());
  expect(await asked(hashOfCode(code))).toEqual([]);
});

describe('is refused in one way, and changes nothing:', () => {
  test.each<[what: string, ready: () => Promise<[code: string, subject: string, issuer?: string]>]>([
    ['a code nobody gave', async () => [newCode().code, somebody()]],
    ['no code', async () => ['', somebody()]],
    [
      'one that was used',
      async () => {
        const code = await given(world, 'KR-FSC');
        await accept(world, code, 'used-by');
        return [code, somebody()];
      },
    ],
    [
      'one that was used, by who used it',
      async () => {
        const code = await given(world, 'KR-FSC');
        await accept(world, code, 'used-again');
        return [code, 'used-again'];
      },
    ],
    ['one that has run out', changed('expires_at = clock_timestamp()')],
    ['one that was withdrawn', changed('withdrawn_at = clock_timestamp()')],
    ['one that is not good yet', changed(`good_from = clock_timestamp() + interval '1 hour'`)],
    ['one to a membership that would be over', changed('valid_until = clock_timestamp()')],
    [
      'one by a member who is none any more',
      async () => {
        const giver = await newMember(world, 'KR-FSC', ['AGENCY_ADMIN']);
        await world.sql('update member set ended_at = now() where id = $1', [giver]);
        return changed(`given_by = '${giver}'`)();
      },
    ],
    [
      'by one who has a membership there',
      async () => {
        const who = somebody();
        await accept(world, await given(world, 'KR-FSC'), who);
        return [await given(world, 'KR-FSC', { roles: ['AGENCY_ADMIN'] }), who];
      },
    ],
    [
      'by one who has a membership in the agency that gave it',
      async () => {
        const who = somebody();
        await accept(world, await given(world, 'HUB', { roles: ['OPERATOR'] }), who);
        return [await given(world, 'KR-FSC', { by: 'HUB', roles: ['AGENCY_ADMIN'] }), who];
      },
    ],
    ["by a machine's name", async () => [await given(world, 'KR-FSC'), somebody(), 'urn:entente:client']],
  ])('%s', async (_, ready) => {
    const [code, subject, issuer] = await ready();
    const before = await contents(world);
    expect(await accepted(world, code, subject, issuer)).toBe(REFUSED);
    expect(await contents(world)).toEqual(before);
  });

  function changed(set: string) {
    return async (): Promise<[string, string]> => {
      const code = await given(world, 'KR-FSC');
      await change(code, set);
      return [code, somebody()];
    };
  }

  test('one that was given before its agency was suspended, by the hub too, though it is in again', async () => {
    const codes = [await given(world, 'KR-FSC'), await given(world, 'KR-FSC', { by: 'HUB' })];
    const hub = await administratorsOf(world, 'HUB');
    await administer(hub.first, 'suspendAgency', { agencyId: agencyId('KR-FSC') });
    await hub.both('reinstateAgency', { agencyId: agencyId('KR-FSC') });
    for (const code of codes) expect(await accepted(world, code, somebody())).toBe(REFUSED);
    expect(await accepted(world, await given(world, 'KR-FSC'), somebody())).toBe('done');
  });

  test('one while its agency is suspended', async () => {
    const code = await given(world, 'KR-FSC', { by: 'HUB' });
    await whileSuspended(world, 'KR-FSC', async () =>
      expect(await accepted(world, code, somebody())).toBe(REFUSED),
    );
    expect(await accepted(world, code, somebody())).toBe('done');
  });
});

describe('at once', () => {
  /** Both have come as far as they can before either goes on. */
  const together = (hold: string, values: unknown[], tries: () => Promise<string>[]) =>
    withClient(world.database.setupUrl, async (other) => {
      await other.query('begin');
      await other.query(hold, values);
      const outcomes = Promise.all(tries());
      await new Promise((resolve) => setTimeout(resolve, 500));
      await other.query('commit');
      return (await outcomes).sort();
    });

  test('one code by two people: one comes in', async () => {
    const code = await given(world, 'KR-FSC');
    const hold = 'select from invitation where code_hash = $1 for update';
    const tries = () => [accepted(world, code, somebody()), accepted(world, code, somebody())];
    expect(await together(hold, [hashOfCode(code)], tries)).toEqual([REFUSED, 'done']);
  });

  test('two codes of one agency by one person, whom we know already: one membership', async () => {
    const who = somebody();
    await accept(world, await given(world, 'JP-NPA'), who);
    const [one, other] = [await given(world, 'KR-FSC'), await given(world, 'KR-FSC')];
    const hold = 'select from agency where id = $1 for update';
    const tries = () => [accepted(world, one, who), accepted(world, other, who)];
    expect(await together(hold, [agencyId('KR-FSC')], tries)).toEqual([REFUSED, 'done']);
  });
});

test('the code is for the sign-in alone to take: not for the application, whoever asks', async () => {
  const code = await given(world, 'KR-FSC');
  const calls = [
    `select accept_invitation('${hashOfCode(code)}', '${IDP}', 'x')`,
    `select * from invitation_of('${hashOfCode(code)}')`,
    `select * from good_invitation('${hashOfCode(code)}')`,
  ];
  for (const member of [null, memberId('KR-FSC', 'AGENCY_ADMIN'), memberId('HUB', 'OPERATOR')]) {
    const found = await entered(world, member, async (client) => {
      const told: string[] = [];
      for (const call of calls) told.push((await attempt(client, call)).outcome);
      return told;
    });
    expect(found).toEqual(['42501', '42501', '42501']);
  }
});

describe('an administrator invites', () => {
  const kim = { name: 'Kim', roles: ['CONTRIBUTOR'] };
  // Or it takes two.
  beforeEach(() => withProvider(world, 'KR-FSC'));

  test('by a code that is shown once, and is nowhere in the database', async () => {
    const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
    const idempotencyKey = randomUUID();
    const { subjectId, codes } = await invite(administrator, { ...kim, idempotencyKey });
    const [{ name, code } = { name: '', code: '' }] = codes;
    expect([name, codes.length]).toEqual(['Kim', 1]);
    expect(code).toMatch(/^[\w-]{43}$/);
    expect(await invite(administrator, { ...kim, idempotencyKey })).toEqual({
      subjectId,
      codes: [],
      pendingAct: null,
    });
    const { auditTrail } = await world
      .as('KR-FSC', 'AUDITOR')
      .ask<{ auditTrail: { nodes: { act: string; subjectType: string; details: string }[] } }>(
        'query ($id: ID!) { auditTrail(filter: { subjectId: $id }) { nodes { act subjectType details } } }',
        { id: subjectId },
      );
    expect(
      auditTrail.nodes.map(({ details, ...one }) => ({ ...one, ...(JSON.parse(details) as object) })),
    ).toEqual([{ act: 'member.invited', subjectType: 'invitation', ...kim }]);
    const tables = await world.sql<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'entente'::regnamespace and relkind = 'r'`,
    );
    for (const { name: table } of tables)
      expect(await world.sql(`select from "${table}" t where t::text like '%' || $1 || '%'`, [code])).toEqual(
        [],
      );
    expect(await accepted(world, code, somebody())).toBe('done');
    const [listed] = await invitations(subjectId);
    expect(listed).toMatchObject({ state: 'ACCEPTED', ...kim, givenBy: memberId('KR-FSC', 'AGENCY_ADMIN') });
  });

  test.each([
    ['to what takes two', true, ['AGENCY_ADMIN']],
    ['to read content, of an agency without a provider,', false, ['ANALYST']],
    ['to write findings, of an agency without a provider,', false, ['CONTRIBUTOR']],
  ])('%s by a code that is good once a second person has approved it', async (_, provided, roles) => {
    if (!provided) await world.sql('delete from identity_provider');
    const { first, second } = await administratorsOf(world, 'KR-FSC');
    const { pendingAct, codes } = await invite(first, { name: 'Lee', roles });
    const [{ code } = { code: '' }] = codes;
    expect(await accepted(world, code, somebody())).toBe(REFUSED);
    expect(pendingAct?.content).not.toContain(code);
    const decision = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    expect(await tried(first, 'approveAct', decision)).toBe('CONFLICT input.pendingActId');
    expect(await tried(second, 'approveAct', decision)).toBe('done');
    const id = await accept(world, code, somebody());
    expect(await world.member(id).ask(VIEWER)).toMatchObject({ viewer: { roles } });
  });

  test('alone to what is accepted at the provider, and to nothing once that is removed; the hub’s stay', async () => {
    const kr = await administratorsOf(world, 'KR-FSC');
    const { codes } = await invite(kr.first, kim);
    const fromHub = await given(world, 'KR-FSC', { by: 'HUB' });
    await kr.both('removeIdentityProvider', {});
    expect(await accepted(world, codes[0]?.code ?? '', somebody())).toBe(REFUSED);
    expect(await accepted(world, fromHub, somebody())).toBe('done');
    await withProvider(world, 'KR-FSC');
    expect(await accepted(world, codes[0]?.code ?? '', somebody())).toBe(REFUSED);
  });

  test('and withdraws, once, what nobody has accepted', async () => {
    const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
    const { subjectId: invitationId, codes } = await invite(administrator, kim);
    expect(await tried(administrator, 'withdrawInvitation', { invitationId })).toBe('done');
    expect(await accepted(world, codes[0]?.code ?? '', somebody())).toBe(REFUSED);
    expect(await tried(administrator, 'withdrawInvitation', { invitationId })).toBe(
      'CONFLICT input.invitationId',
    );
    const used = await invite(administrator, kim);
    await accept(world, used.codes[0]?.code ?? '', somebody());
    expect(await tried(administrator, 'withdrawInvitation', { invitationId: used.subjectId })).toBe(
      'CONFLICT input.invitationId',
    );
  });

  test('for 7 days, and to a membership that is not over already', async () => {
    const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
    expect(await tried(administrator, 'inviteMember', { ...kim, validUntil: '2020-01-01T00:00:00Z' })).toBe(
      'INVALID input.validUntil',
    );
    const validUntil = '2100-01-01T00:00:00.000Z';
    const { subjectId, codes } = await invite(administrator, { ...kim, validUntil });
    expect(
      await world.sql(
        `select round(extract(epoch from expires_at - now()) / 3600)::int as hours from invitation where id = $1`,
        [subjectId],
      ),
    ).toEqual([{ hours: 168 }]);
    const id = await accept(world, codes[0]?.code ?? '', somebody());
    expect(await world.sql('select valid_until from member where id = $1', [id])).toEqual([
      { valid_until: new Date(validUntil) },
    ]);
  });

  const invitations = async (id: string) => {
    const { invitations: found } = await world
      .as('KR-FSC', 'AUDITOR')
      .ask<{ invitations: { nodes: { id: string; state: string }[] } }>(
        '{ invitations(first: 100) { nodes { id name roles state givenBy } } }',
      );
    return found.nodes.filter((one) => one.id === id);
  };
});

describe('what a leaving member had begun', () => {
  const contributor = () => newMember(world, 'KR-FSC', ['CONTRIBUTOR']);
  const drafted = async (by: string) => {
    const input = { idempotencyKey: randomUUID(), document: document() };
    const { draftFinding } = await world
      .member(by)
      .ask<{ draftFinding: { finding: Finding } }>(ACTS.draftFinding, { input });
    return submit(world, 'KR-FSC', draftFinding.finding);
  };
  const sheets = async (id: string) => {
    const { finding } = await world
      .as('KR-FSC', 'ANALYST')
      .ask<{ finding: { sheets: { draftedBy: string; keptBy: string }[] } }>(
        'query ($id: ID!) { finding(id: $id) { sheets { draftedBy keptBy } } }',
        { id },
      );
    return finding.sheets;
  };

  test('is handed over, also once it has left; who wrote it stays who wrote it, and does not release it', async () => {
    const leaving = await contributor();
    const taking = await newMember(world, 'KR-FSC', ['CONTRIBUTOR', 'RELEASER']);
    await world.sql(`update member set name = 'Taking' where id = $1`, [taking]);
    const finding = await drafted(leaving);
    expect(await sheets(finding.id)).toEqual([{ draftedBy: 'One more', keptBy: 'One more' }]);
    const administrator = world.as('KR-FSC', 'AGENCY_ADMIN');
    await administer(administrator, 'endMembership', { memberId: leaving });
    await administer(administrator, 'handOver', { memberId: leaving, toMemberId: taking });
    expect(await sheets(finding.id)).toEqual([{ draftedBy: 'One more', keptBy: 'Taking' }]);
    const input = {
      idempotencyKey: randomUUID(),
      revisionId: newest(finding),
      recipients: [{ agencyId: agencyId('JP-NPA') }],
    };
    const again = await newMember(world, 'KR-FSC', ['RELEASER'], leaving);
    expect((await world.member(again).query(ACTS.releaseFinding, { input })).errors[0]?.extensions.code).toBe(
      'CONFLICT',
    );
    expect((await world.member(taking).query(ACTS.releaseFinding, { input })).errors).toEqual([]);
  });

  test('to a contributor of the same agency, and to nobody else', async () => {
    const leaving = await contributor();
    const outcome = (toMemberId: string, memberId = leaving) =>
      tried(world.as('KR-FSC', 'AGENCY_ADMIN'), 'handOver', { memberId, toMemberId });
    const ended = await contributor();
    await world.sql('update member set ended_at = now() where id = $1', [ended]);
    for (const id of [memberId('JP-NPA', 'CONTRIBUTOR'), ended, leaving, randomUUID(), agencyId('KR-FSC')])
      expect(await outcome(id)).toBe('NOT_FOUND input.toMemberId');
    expect(await outcome(memberId('KR-FSC', 'ANALYST'))).toBe('INVALID input.toMemberId');
    for (const id of [memberId('JP-NPA', 'CONTRIBUTOR'), randomUUID()])
      expect(await outcome(memberId('KR-FSC', 'CONTRIBUTOR'), id)).toBe('NOT_FOUND input.memberId');
  });
});
