import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  administer,
  administratorsOf,
  ARRANGEMENT,
  tried,
  type Administrators,
} from './support/administration.js';
import { accept, accepted, type Invited } from './support/invitations.js';
import { whileSuspended, withProvider } from './support/partners.js';
import { bringIn, newcomer, proposed } from './support/proposals.js';
import { agencyId, memberId } from './support/roster.js';
import { startWorld, type Client, type OwnWorld } from './support/world.js';

/* How an agency comes in: one that is in vouches for it, two operators bring it in, and nobody outside adds to it. */

let world: OwnWorld;
let hub: Administrators;
let voucher: Client;
beforeAll(async () => {
  world = await startWorld();
  hub = await administratorsOf(world, 'HUB');
  voucher = world.as('KR-KNPA', 'AGENCY_ADMIN');
});
afterAll(() => world.close());

const somebody = () => `subject-${randomUUID()}`;

const decision = ({ pendingAct }: Invited) => ({
  pendingActId: pendingAct?.id,
  hash: pendingAct?.hash,
});

/** An agency with its first two administrators. */
async function broughtIn(
  changes: object = {},
): Promise<{ id: string; code: string; admins: [Client, Client] }> {
  const about = newcomer(changes);
  const asked = await bringIn(hub.first, await proposed(voucher, about));
  await administer(hub.second, 'approveAct', decision(asked));
  const [first, second] = await Promise.all(
    asked.codes.map(async ({ code }) => world.member(await accept(world, code, somebody()))),
  );
  if (!first || !second) throw new Error('An agency came in with fewer than two administrators.');
  const { viewer } = await first.ask<{ viewer: { agency: { id: string } } }>('{ viewer { agency { id } } }');
  return { id: viewer.agency.id, code: about.code, admins: [first, second] };
}

describe('an agency that is brought in', () => {
  test('has the administrators who were named, once a second operator has approved', async () => {
    const about = newcomer();
    const asked = await bringIn(hub.first, await proposed(voucher, about));
    expect(asked.codes.map(({ name }) => name)).toEqual(about.administrators);
    const [one, other] = asked.codes.map(({ code }) => code);
    expect(await accepted(world, one ?? '', somebody())).toMatch(/^NOT_FOUND/);
    expect(await tried(hub.first, 'approveAct', decision(asked))).toBe('CONFLICT input.pendingActId');
    expect(await world.sql('select from agency where code = $1', [about.code])).toEqual([]);
    expect(await tried(hub.second, 'approveAct', decision(asked))).toBe('done');

    const who = somebody();
    const admin = world.member(await accept(world, one ?? '', who));
    const VIEWER = `{ viewer { name roles agency { code jurisdiction jurisdictionSince names { language name since }
      contactPoints { kind value since } vouching { agencyId code keyFingerprint at } } } }`;
    const at = expect.stringMatching(/^\d{4}-/);
    expect(await admin.ask(VIEWER)).toEqual({
      viewer: {
        name: 'Kim',
        roles: ['AGENCY_ADMIN'],
        agency: {
          code: about.code,
          jurisdiction: 'KR',
          jurisdictionSince: at,
          names: about.names.map((name) => ({ ...name, since: at })),
          contactPoints: about.contactPoints.map((point) => ({ ...point, since: at })),
          vouching: {
            agencyId: agencyId('KR-KNPA'),
            code: 'KR-KNPA',
            keyFingerprint: about.keyFingerprint,
            at,
          },
        },
      },
    });
    // Two administrators are two persons, and neither is of the hub.
    expect(await accepted(world, other ?? '', who)).toMatch(/^NOT_FOUND/);
    const [operator] = await world.sql<{ issuer: string; subject: string }>(
      'select issuer, subject from person join member on person_id = person.id where member.id = $1',
      [memberId('HUB', 'OPERATOR')],
    );
    expect(await accepted(world, other ?? '', operator?.subject ?? '', operator?.issuer)).toMatch(
      /^NOT_FOUND/,
    );
    expect(await accepted(world, other ?? '', somebody())).toBe('done');
  });

  test('is its own: nobody outside adds a member to it or changes one', async () => {
    const { id } = await broughtIn();
    const [admin] = await world.sql<{ id: string }>('select id from member where agency_id = $1 limit 1', [
      id,
    ]);
    for (const outside of [hub.first, voucher]) {
      for (const name of ['changeRoles', 'endMembership'] as const) {
        const input = { memberId: admin?.id, ...(name === 'changeRoles' && { roles: ['ANALYST'] }) };
        expect(await tried(outside, name, input)).toBe('NOT_FOUND input.memberId');
      }
    }
    const before = await world.sql('select count(*) from invitation where agency_id = $1', [id]);
    for (const code of ['KR-KNPA', 'HUB'] as const) await withProvider(world, code);
    for (const outside of [hub.first, voucher])
      expect(await tried(outside, 'inviteMember', { name: 'Park', roles: ['ANALYST'] })).toBe('done');
    await world.sql('delete from identity_provider');
    expect(await world.sql('select count(*) from invitation where agency_id = $1', [id])).toEqual(before);
  });

  test('is in the ledgers of the hub, of who vouched, and its own', async () => {
    const { id } = await broughtIn();
    const told = await world.sql<{ agency_id: string }>(
      `select agency_id from entry where act = 'agency.brought-in' and subject_id = $1`,
      [id],
    );
    expect(told.map((entry) => entry.agency_id).sort()).toEqual(
      [agencyId('HUB'), agencyId('KR-KNPA'), id].sort(),
    );
    const secrets = await world.sql(`select from entry where details::text like '%codeHashes%'`);
    expect(secrets).toEqual([]);
  });

  test('shows who vouched for it, and the fingerprint of its key, to whom it proposes an arrangement', async () => {
    const { id, code, admins } = await broughtIn();
    const { subjectId } = await administer(admins[0], 'proposeArrangement', {
      ...ARRANGEMENT,
      parties: [agencyId('JP-NPA')],
    });
    const { arrangements } = await world.as('JP-NPA', 'AGENCY_ADMIN').ask<{
      arrangements: { nodes: { id: string; parties: { agencyId: string }[] }[] };
    }>('{ arrangements(first: 100) { nodes { id parties { agencyId code vouching { code keyFingerprint } } } } }');
    const parties = arrangements.nodes.find((one) => one.id === subjectId)?.parties;
    expect(parties?.find(({ agencyId: of }) => of === id)).toEqual({
      agencyId: id,
      code,
      vouching: { code: 'KR-KNPA', keyFingerprint: 'ab'.repeat(32) },
    });
  });
});

describe('a proposal', () => {
  test('does not tell whether an agency has this code: bringing it in does, to the operator', async () => {
    const id = await proposed(voucher, { code: 'XX-ALONE' });
    expect(await tried(hub.first, 'bringInAgency', { proposalId: id })).toBe('CONFLICT input.proposalId');
  });

  test('is brought in once, of two at a time too, and not once it is withdrawn', async () => {
    const id = await proposed(voucher);
    const [one, other] = [await bringIn(hub.first, id), await bringIn(hub.first, id)];
    const outcomes = await Promise.all(
      [one, other].map((asked) => tried(hub.second, 'approveAct', decision(asked))),
    );
    expect(outcomes.sort()).toEqual(['CONFLICT input.proposalId', 'done']);
    const gone = await proposed(voucher);
    expect(await tried(voucher, 'withdrawProposal', { proposalId: gone })).toBe('done');
    expect(await tried(hub.first, 'bringInAgency', { proposalId: gone })).toBe('CONFLICT input.proposalId');
    expect(await tried(voucher, 'withdrawProposal', { proposalId: id })).toBe('CONFLICT input.proposalId');
  });

  test('is not brought in while who vouched is suspended', async () => {
    const id = await proposed(voucher);
    await whileSuspended(world, 'KR-KNPA', async () =>
      expect(await tried(hub.first, 'bringInAgency', { proposalId: id })).toBe('CONFLICT input.proposalId'),
    );
  });

  test('is for its agency and the operator to see, and for nobody else', async () => {
    const id = await proposed(voucher);
    const listed = async (client: Client) =>
      (
        await client.ask<{ agencyProposals: { nodes: { id: string }[] } }>(
          '{ agencyProposals(first: 100) { nodes { id } } }',
        )
      ).agencyProposals.nodes.some((one) => one.id === id);
    expect(await listed(voucher)).toBe(true);
    expect(await listed(hub.first)).toBe(true);
    expect(await listed(world.as('KR-FSC', 'AGENCY_ADMIN'))).toBe(false);
    for (const name of ['withdrawProposal', 'bringInAgency'] as const)
      expect(await tried(hub.first, name, { proposalId: randomUUID() })).toBe('NOT_FOUND input.proposalId');
  });

  test.each([
    ['one administrator', { administrators: ['Kim'] }, 'administrators'],
    ['no contact point', { contactPoints: [] }, 'contactPoints'],
    ['a fingerprint that is none', { keyFingerprint: 'ab' }, 'keyFingerprint'],
    ['a code that is none', { code: 'kr fsc' }, 'code'],
    ['two names in one language', { names: ['A', 'B'].map((name) => ({ language: 'en', name })) }, 'names'],
  ])('has not %s', async (_, changes, path) => {
    expect(await tried(voucher, 'proposeAgency', newcomer(changes))).toBe(`INVALID input.${path}`);
  });
});

describe('what is said of an agency', () => {
  const kr = () => world.as('KR-FSC', 'AGENCY_ADMIN');
  const seen = async (client: Client) => {
    const { agencies } = await client.ask<{
      agencies: {
        nodes: {
          code: string;
          jurisdiction: string;
          jurisdictionSince: string;
          names: { language: string; name: string; since: string | null }[];
          contactPoints: { kind: string; value: string }[];
        }[];
      };
    }>(
      `{ agencies(first: 100) { nodes { code jurisdiction jurisdictionSince names { language name since }
           contactPoints { kind value } } } }`,
    );
    return agencies.nodes.find(({ code }) => code === 'KR-FSC');
  };

  test('it says itself, for its partners to see, each with its date; what was said before stays', async () => {
    const administrators = await administratorsOf(world, 'KR-FSC');
    const names = [{ language: 'en', name: 'Another name' }];
    const before = await seen(world.as('JP-NPA', 'ANALYST'));
    // Partners go by its name: two say it.
    expect(await tried(administrators.first, 'nameAgency', { names })).toBe('pending');
    expect(await seen(world.as('JP-NPA', 'ANALYST'))).toEqual(before);
    await administrators.both('nameAgency', { names });
    const found = await seen(world.as('JP-NPA', 'ANALYST'));
    expect(found?.names).toEqual([
      { language: 'en', name: 'Another name', since: expect.stringMatching(/^\d{4}-/) },
      { language: 'ko', name: '기관 KR-FSC', since: null },
    ]);
    expect(
      await world.sql(
        `select name, valid_until > now() as current from agency_name where agency_id = $1 and language = 'en' order by 2`,
        [agencyId('KR-FSC')],
      ),
    ).toEqual([
      { name: 'Agency KR-FSC', current: false },
      { name: 'Another name', current: true },
    ]);
    const point = { kind: 'phone', value: '+82 2 0000 0000' };
    await administer(kr(), 'setContacts', {
      contactPoints: [point, { kind: 'url', value: 'https://x.example' }],
    });
    await administer(kr(), 'setContacts', { contactPoints: [point] });
    expect((await seen(world.as('JP-NPA', 'ANALYST')))?.contactPoints).toEqual([point]);
  });

  test('but for where it belongs, which two operators say', async () => {
    await hub.both('setJurisdiction', { agencyId: agencyId('KR-FSC'), jurisdiction: 'JP' });
    expect(await seen(kr())).toMatchObject({
      jurisdiction: 'JP',
      jurisdictionSince: expect.stringMatching(/^\d{4}-/),
    });
    await hub.both('setJurisdiction', { agencyId: agencyId('KR-FSC') });
    expect(await seen(kr())).toMatchObject({ jurisdiction: null, jurisdictionSince: null });
    const nobody = { agencyId: randomUUID(), jurisdiction: 'JP' };
    expect(await tried(hub.first, 'setJurisdiction', nobody)).toBe('NOT_FOUND input.agencyId');
  });
});
