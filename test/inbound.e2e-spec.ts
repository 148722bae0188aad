import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOfJwk } from '#signatures';
import { administer } from './support/administration.js';
import { act, released } from './support/findings.js';
import { newMachine, tokenOf } from './support/machine.js';
import { whileSuspended } from './support/partners.js';
import {
  batch,
  bytesOf,
  finding,
  inboundKey,
  newInboundKey,
  newPoster,
  outcomeOf,
  post,
  postWithToken,
  send,
  type Poster,
} from './support/posting.js';
import { agencyId, memberId } from './support/roster.js';
import { contents } from './support/seen.js';
import { startWorld, type OwnWorld } from './support/world.js';

/* What agency systems post to /inbound: by whom it is believed, and what becomes of it, once. */

let world: OwnWorld;
let poster: Poster;
beforeAll(async () => {
  world = await startWorld();
  poster = await newPoster(world, 'KR-FSC');
}, 60_000);
afterAll(() => world.close());

const nothing = async (told: () => Promise<unknown>): Promise<void> => {
  const before = await contents(world);
  await told();
  expect(await contents(world)).toEqual(before);
};

describe('a finding', () => {
  test.each(['P-256', 'Ed25519'] as const)(
    'signed by a key of %s is a draft of the machine that posted it',
    async (curve) => {
      const { id } = poster;
      const key = await inboundKey(world, 'KR-FSC', id, curve);
      const told = await post({ ...poster, key }, finding());
      expect(outcomeOf(told)).toBe('202 DRAFTED');
      const [made] = told.body.outcomes ?? [];
      const rows = await world.sql(
        `select s.state, s.drafted_by, f.agency_id from sheet s join finding f on f.id = s.finding_id
        where s.finding_id = $1 and s.revision_id = $2`,
        [made?.findingId, made?.revisionId],
      );
      expect(rows).toEqual([{ state: 'DRAFT', drafted_by: id, agency_id: agencyId('KR-FSC') }]);
      const [used] = await world.sql<{ used: boolean }>(
        `select bool_or(last_used_at is not null) as used from client_key where client_id = $1 and use = 'INBOUND'`,
        [id],
      );
      expect(used).toEqual({ used: true });
      await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'revokeSystemClientKey', {
        clientId: id,
        kid: await kidOf(told.body.receipt),
      });
      expect(outcomeOf(await post({ ...poster, key }, finding()))).toBe(
        '401 UNAUTHENTICATED webhook-signature',
      );
      expect(outcomeOf(await post(poster, finding()))).toBe('202 DRAFTED');
    },
  );

  const kidOf = async (receipt: unknown): Promise<string | undefined> =>
    (await world.sql<{ kid: string }>('select kid from inbound_receipt where id = $1', [receipt]))[0]?.kid;

  test('with the token of its client, bound to this very request', async () => {
    const machine = await newMachine(world, 'KR-FSC', { roles: ['CONTRIBUTOR'] });
    const token = await tokenOf(machine);
    expect(outcomeOf(await postWithToken(machine, token, finding()))).toBe('202 DRAFTED');
    const elsewhere = { claims: { htu: `${world.url}/graphql` } };
    await nothing(async () => {
      expect(outcomeOf(await postWithToken(machine, token, finding(), elsewhere))).toBe(
        '401 UNAUTHENTICATED',
      );
      expect(outcomeOf(await postWithToken(machine, token, finding(), { headers: { dpop: '' } }))).toBe(
        '401 UNAUTHENTICATED',
      );
      expect(
        outcomeOf(
          await send(world, bytesOf(finding()), '/inbound', {
            authorization: `Bearer ${token}`,
            'webhook-id': 'a',
          }),
        ),
      ).toBe('401 UNAUTHENTICATED');
    });
  });

  test('is a second person’s to release: a machine has not that role, and its drafts wait', async () => {
    const { body } = await post(poster, finding());
    const [made] = body.outcomes ?? [];
    await act(world, 'KR-FSC', 'CONTRIBUTOR', 'submitFinding', { revisionId: made?.revisionId });
    const input = { revisionId: made?.revisionId, recipients: [{ agencyId: agencyId('JP-NPA') }] };
    expect((await act(world, 'KR-FSC', 'RELEASER', 'releaseFinding', input)).state).toBe('RELEASED');
  });

  test('is checked as over GraphQL, by the same schema: with the path of each fault, and nothing is kept', async () => {
    await nothing(async () => {
      const wrong = finding({ kind: 'gossip', texts: [] });
      expect(outcomeOf(await post(poster, wrong))).toBe(
        '400 INVALID body.data.document.kind body.data.document.texts',
      );
      const unseen = finding({ incidents: [randomUUID()] });
      expect(outcomeOf(await post(poster, unseen))).toBe('404 NOT_FOUND body.data.document.incidents[0]');
      expect(outcomeOf(await post(poster, { type: 'finding.posted', data: {}, more: 1 }))).toMatch(
        /^400 INVALID/,
      );
      expect(outcomeOf(await post(poster, { type: 'finding.recalled', data: {} }))).toMatch(
        /^400 INVALID body/,
      );
    });
  });

  test('that names what is hidden is answered as one that names what is not there', async () => {
    const hidden = await released(world, 'JP-NPA', ['US-TFI'], {}, { newIncident: true });
    const told = async (incident: string, revisionId: string) => {
      const origin = { kind: 'agency', revisionId };
      const claims = [{ attribute: 'outcome', value: { term: 'as they say' }, origin }];
      const answers = [];
      for (const path of ['/inbound', '/inbound/check'])
        for (const body of [
          finding({ incidents: [incident] }),
          finding({ claims }),
          batch(finding({ incidents: [incident] }), finding({ claims })),
        ])
          answers.push(await post(poster, body, { path }));
      return answers.map(({ status, body: { outcomes, code, message, faults } }) => [
        ...[status, outcomes, code, message, faults],
      ]);
    };
    const [incident = ''] = hidden.revision.document.incidents;
    expect(await told(incident, hidden.revision.id)).toEqual(await told(randomUUID(), randomUUID()));
    expect(await told(incident, hidden.revision.id)).not.toEqual([]);
  });

  test('of a machine that may not draft is FORBIDDEN', async () => {
    const reader = await newPoster(world, 'KR-FSC', { roles: ['ANALYST'] });
    await nothing(async () => expect(outcomeOf(await post(reader, finding()))).toBe('403 FORBIDDEN'));
  });
});

describe('what is not believed leaves nothing', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const WRONG: [string, () => Promise<unknown>, string][] = [
    [
      'a tampered body',
      () => post(poster, finding(), { sent: bytesOf(finding({ kind: 'policy-note' })) }),
      'webhook-signature',
    ],
    [
      'a wrong key',
      () => post(poster, finding(), { keys: [keyOfJwk(newInboundKey().private)] }),
      'webhook-signature',
    ],
    [
      'a wrong key of the other kind',
      () => post(poster, finding(), { keys: [keyOfJwk(newInboundKey('Ed25519').private)] }),
      'webhook-signature',
    ],
    [
      'a client that is not there',
      () => post({ ...poster, id: randomUUID() }, finding()),
      'webhook-signature',
    ],
    ['what is no client', () => post({ ...poster, id: 'me' }, finding()), 'webhook-signature'],
    ['a stale one', () => post(poster, finding(), { timestamp: now() - 310 }), 'webhook-timestamp'],
    ['one from the future', () => post(poster, finding(), { timestamp: now() + 310 }), 'webhook-timestamp'],
    [
      'another time than was signed',
      () => post(poster, finding(), { headers: { 'webhook-timestamp': `${now() + 1}` } }),
      'webhook-signature',
    ],
    [
      'another id than was signed',
      () => post(poster, finding(), { headers: { 'webhook-id': 'other' } }),
      'webhook-signature',
    ],
    [
      'no signature',
      () => post(poster, finding(), { headers: { 'webhook-signature': '' } }),
      'webhook-signature',
    ],
  ];
  test.each(WRONG)('%s', async (_, told, path) => {
    await nothing(async () =>
      expect(outcomeOf((await told()) as Awaited<ReturnType<typeof post>>)).toBe(
        `401 UNAUTHENTICATED ${path}`,
      ),
    );
  });

  test('a client that is not there is answered as one whose key it is not', async () => {
    const keys = [keyOfJwk(newInboundKey().private)];
    const there = await post(poster, finding(), { keys });
    const not = await post({ ...poster, id: randomUUID() }, finding(), { keys });
    expect(not.text).toBe(there.text);
    expect(not.status).toBe(there.status);
  });

  test('the key of another client, of the agency or of another', async () => {
    const own = await newPoster(world, 'KR-FSC');
    const theirs = await newPoster(world, 'JP-NPA');
    for (const { key } of [own, theirs])
      await nothing(async () =>
        expect(outcomeOf(await post({ ...poster, key }, finding()))).toBe(
          '401 UNAUTHENTICATED webhook-signature',
        ),
      );
  });

  test('a key for tokens signs nothing; one that has ended neither; nor those of who is out', async () => {
    const out = await newPoster(world, 'KR-FSC');
    const refused = async () =>
      nothing(async () =>
        expect(outcomeOf(await post(out, finding()))).toBe('401 UNAUTHENTICATED webhook-signature'),
      );
    await world.sql(`update client_key set use = 'TOKENS' where client_id = $1 and use = 'INBOUND'`, [
      out.id,
    ]);
    await refused();
    await world.sql(`update client_key set use = 'INBOUND', valid_until = now() where client_id = $1`, [
      out.id,
    ]);
    await refused();
    await world.sql(`update client_key set valid_until = 'infinity' where client_id = $1`, [out.id]);
    await whileSuspended(world, 'KR-FSC', refused);
    expect(outcomeOf(await post(out, finding()))).toBe('202 DRAFTED');
    await administer(world.as('KR-FSC', 'AGENCY_ADMIN'), 'endSystemClient', { clientId: out.id });
    await refused();
  });
});

describe('bad input', () => {
  const LARGE = 1024 * 1024 + 1;
  const told = async (body: Buffer, headers: Record<string, string> = {}) =>
    outcomeOf(await post(poster, body, { headers }));

  test('is refused before it is parsed, and nothing is kept', async () => {
    await nothing(async () => {
      expect(await told(Buffer.alloc(LARGE, ' '))).toBe('413 INVALID body');
      expect(await told(Buffer.from([0x7b, 0xff, 0x7d]))).toBe('400 INVALID');
      expect(await told(Buffer.from('{"type":"finding.posted","type":"batch.posted"}'))).toBe('400 INVALID');
      expect(await told(Buffer.from('{"__proto__":{}}'))).toBe('400 INVALID body');
      expect(await told(Buffer.from('{"type"'))).toBe('400 INVALID body');
      expect(await told(Buffer.from('[]'))).toMatch(/^400 INVALID body/);
      expect(await told(Buffer.from('['.repeat(100_000)))).toBe('400 INVALID');
      expect(await told(bytesOf(finding()), { 'content-type': 'text/plain' })).toBe(
        '415 INVALID content-type',
      );
      expect(await told(bytesOf(finding()), { 'webhook-id': 'a.b' })).toBe('400 INVALID webhook-id');
      expect(await told(bytesOf(finding()), { 'webhook-id': 'x'.repeat(101) })).toBe(
        '400 INVALID webhook-id',
      );
    });
  });

  test('what is packed is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const headers = { 'content-encoding': 'gzip' };
    await nothing(async () => expect(await told(bomb, headers)).toBe('400 INVALID content-encoding'));
  });

  test('a body that does not say how large it is is read up to the limit', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(world.url);
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'a',
        'transfer-encoding': 'chunked',
      };
      const sending = request({ port, path: '/inbound', method: 'POST', headers }, (response) => {
        resolve(response.statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      const more = (): void => {
        if (!sending.destroyed) sending.write(randomBytes(64 * 1024), more);
      };
      more();
    });
    expect(status).toBe(413);
  });
});

describe('once', () => {
  test('the same message again has the receipt it had, and no effect', async () => {
    const id = randomUUID();
    const first = await post(poster, finding(), { id });
    await nothing(async () => {
      const again = await post(poster, finding(), { id });
      expect([again.status, again.text]).toEqual([202, first.text]);
    });
  });

  test('another body under its id is CONFLICT, from another client of the agency too; another agency has ids of its own', async () => {
    const id = randomUUID();
    await post(poster, finding(), { id });
    const other = await newPoster(world, 'KR-FSC');
    await nothing(async () => {
      for (const who of [poster, other])
        expect(outcomeOf(await post(who, finding({ kind: 'policy-note' }), { id }))).toBe(
          '409 CONFLICT webhook-id',
        );
    });
    const theirs = await newPoster(world, 'JP-NPA');
    expect(outcomeOf(await post(theirs, finding({ kind: 'policy-note' }), { id }))).toBe('202 DRAFTED');
  });

  test('of twenty at once one has an effect, and all have its receipt', async () => {
    const id = randomUUID();
    const before = await count();
    const told = await Promise.all(Array.from({ length: 20 }, () => post(poster, finding(), { id })));
    expect(new Set(told.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  test('what was refused may come again under its id; 30 days later the id is free', async () => {
    const id = randomUUID();
    expect(outcomeOf(await post(poster, finding({ kind: 'gossip' }), { id }))).toMatch(/^400/);
    expect(outcomeOf(await post(poster, finding(), { id }))).toBe('202 DRAFTED');
    await world.sql(
      `update inbound_message set received_at = now() - interval '29 days' where message_id = $1`,
      [id],
    );
    expect(outcomeOf(await post(poster, finding({ kind: 'policy-note' }), { id }))).toMatch(/^409/);
    await world.sql(
      `update inbound_message set received_at = now() - interval '31 days' where message_id = $1`,
      [id],
    );
    expect(outcomeOf(await post(poster, finding({ kind: 'policy-note' }), { id }))).toBe('202 DRAFTED');
    expect(await world.sql('select from inbound_receipt where message_id = $1', [id])).toHaveLength(2);
  });

  const count = async () =>
    Number((await world.sql<{ n: string }>('select count(*) as n from finding'))[0]?.n);
});

describe('a batch', () => {
  test('each item has its own outcome, and what is refused leaves nothing of itself', async () => {
    const held = await released(world, 'JP-NPA', ['KR-FSC']);
    const stored = { type: 'finding.stored', data: { findingId: held.id, revisionId: held.revision.id } };
    const before = await world.sql('select from finding');
    const told = await post(
      poster,
      batch(
        finding(),
        finding({ kind: 'gossip' }),
        finding({ incidents: [randomUUID()] }),
        { type: 'finding.removed', data: { findingId: held.id } },
        stored,
        { type: 'nonsense' },
        finding({ kind: 'policy-note' }),
      ),
    );
    expect(outcomeOf(told)).toBe(
      [
        '202 DRAFTED',
        'REFUSED:INVALID:body.data.items[1].data.document.kind',
        'REFUSED:NOT_FOUND:body.data.items[2].data.document.incidents[0]',
        'REFUSED:NOT_FOUND:body.data.items[3].data.findingId',
        'NOTED',
        'REFUSED:INVALID:body.data.items[5].type',
        'DRAFTED',
      ].join(' '),
    );
    expect(await world.sql('select from finding')).toHaveLength(before.length + 2);
  });

  test('is of one to twenty', async () => {
    await nothing(async () => {
      for (const items of [[], Array.from({ length: 21 }, () => finding())])
        expect(outcomeOf(await post(poster, batch(...items)))).toBe('400 INVALID body.data.items');
    });
  });
});

test('tried, it says what would become of it, and leaves nothing', async () => {
  const id = randomUUID();
  await nothing(async () => {
    const told = await post(poster, finding(), { id, path: '/inbound/check' });
    expect(told).toMatchObject({
      status: 200,
      body: { clientId: poster.id, outcomes: [{ result: 'DRAFTED' }] },
    });
    expect(outcomeOf(await post(poster, finding({ kind: 'gossip' }), { path: '/inbound/check' }))).toMatch(
      /^400/,
    );
  });
  expect(outcomeOf(await post(poster, finding({ kind: 'policy-note' }), { id }))).toBe('202 DRAFTED');
});

test('its receipt is its agency’s alone, by its id and in a list', async () => {
  const { body } = await post(poster, finding());
  const one =
    'query ($id: ID!) { inboundReceipt(id: $id) { id messageId clientId kid receivedAt outcomes { path type result findingId revisionId code faults { path } } } }';
  const { inboundReceipt } = await world
    .as('KR-FSC', 'ANALYST')
    .ask<{ inboundReceipt: object }>(one, { id: body.receipt });
  expect(inboundReceipt).toMatchObject({
    id: body.receipt,
    clientId: poster.id,
    kid: expect.any(String),
    outcomes: [{ path: 'body', type: 'finding.posted', result: 'DRAFTED', faults: [] }],
  });
  const list = '{ inboundReceipts(first: 1) { nodes { id } pageInfo { hasNextPage } } }';
  expect(await world.as('KR-FSC', 'ANALYST').ask(list)).toEqual({
    inboundReceipts: { nodes: [{ id: body.receipt }], pageInfo: { hasNextPage: true } },
  });
  const [hidden, absent] = await Promise.all(
    [body.receipt, randomUUID()].map((id) => world.as('US-TFI', 'ANALYST').query(one, { id })),
  );
  expect(hidden?.errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect(hidden?.text).toBe(absent?.text);
  expect(await world.as('US-TFI', 'ANALYST').ask(list)).toMatchObject({ inboundReceipts: { nodes: [] } });
});

test('the database refuses what a query would forget to leave out', async () => {
  const { body } = await post(poster, finding());
  const ids = (code: 'KR-FSC' | 'US-TFI') =>
    world.doors.read({ id: memberId(code, 'ANALYST'), needed: ['ANALYST'] }, async (reader) =>
      (await reader.rows<{ id: string }>('select id from inbound_receipt')).map(({ id }) => id),
    );
  expect(await ids('KR-FSC')).toContain(body.receipt);
  expect(await ids('US-TFI')).toEqual([]);
});

test('the ledger of its agency says that something was posted and what was drafted; no other agency’s says anything', async () => {
  const [{ now } = { now: '' }] = await world.sql<{ now: string }>('select clock_timestamp()::text as now');
  await post(poster, finding());
  const entries = await world.sql(
    'select agency_id, act, member_id from entry where recorded_at > $1::timestamptz order by act',
    [now],
  );
  const by = { agency_id: agencyId('KR-FSC'), member_id: poster.id };
  expect(entries).toEqual([
    { ...by, act: 'finding.drafted' },
    { ...by, act: 'inbound.received' },
  ]);
});
