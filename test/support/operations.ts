import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { toServiceError, type Caller } from '#core';
import type { Chance } from './chance.js';
import { ACTS, document } from './findings.js';
import { newAgency } from './history.js';
import { outcomeOf, type OwnWorld } from './world.js';

/** An agency with one member, and findings that it alone may see: each bears its mark. */
export interface Tenant {
  id: string;
  mark: string;
  caller: Caller;
  /** One of its own. */
  finding: string;
}

/** How many findings each has from the start. */
const OWN = 5;

/** @param suspended not let in any more */
export async function newTenant(world: OwnWorld, { suspended = false } = {}): Promise<Tenant> {
  const mark = `t${randomUUID().slice(0, 13)}`;
  const id = await newAgency(world, mark, 'KR-FSC');
  const member = randomUUID();
  await world.sql(
    `with someone as (insert into person (issuer, subject) values ('urn:entente:demo', $1) returning id)
     insert into member (id, agency_id, person_id, name, roles)
       select $1::uuid, $2, someone.id, 'The only one', array['ANALYST', 'CONTRIBUTOR'] from someone`,
    [member, id],
  );
  const tenant = { id, mark, caller: { id: member, needed: ['ANALYST', 'CONTRIBUTOR'] }, finding: '' };
  for (let n = 0; n < OWN; n++) tenant.finding = await draftOf(world, tenant);
  if (suspended) await world.sql('update agency set suspended_at = now() where id = $1', [id]);
  return tenant;
}

const inputOf = ({ mark }: Tenant) => ({
  idempotencyKey: randomUUID(),
  document: document({ texts: [{ language: 'en', origin: 'original', title: `Of ${mark}`, body: mark }] }),
});

async function draftOf(world: OwnWorld, tenant: Tenant): Promise<string> {
  const { draftFinding } = await world
    .member(tenant.caller.id)
    .ask<{ draftFinding: { finding: { id: string } } }>(ACTS.draftFinding, { input: inputOf(tenant) });
  return draftFinding.finding.id;
}

/** What one operation runs with. */
interface Turn {
  world: OwnWorld;
  chance: Chance;
  tenant: Tenant;
  /** Another agency. */
  other: Tenant;
  /** One that is suspended. */
  suspended: Tenant;
}

/** @returns `done`, or the code or word of its failure; throws what must not be */
type Operation = (turn: Turn) => Promise<string>;

class Thrown extends Error {}

const SETTINGS = `select current_setting('entente.agency', true) as agency, current_setting('entente.reader', true) as reader,
  current_setting('entente.member', true) as member`;
/** With no filter of its own: what the settings of the transaction let through. */
const ROWS = 'select titles, agency_id as agency from inbox order by listed_at desc limit 20';
const ALSO = 'select titles, agency_id as agency from revision order by id limit 20';

interface Row {
  titles: string;
  agency: string;
}

function expectOwn({ id, mark }: Tenant, rows: readonly Row[]): void {
  expect(rows.length).toBeGreaterThanOrEqual(OWN);
  for (const { titles, agency } of rows) expect([agency, titles]).toEqual([id, `of ${mark}`]);
}

/** What comes of something that may throw: what it gave, or the code that a client would be told. */
async function attempt<T>(fn: () => Promise<T>): Promise<{ given?: T; outcome: string }> {
  try {
    return { given: await fn(), outcome: 'done' };
  } catch (error) {
    if (error instanceof Thrown) return { outcome: 'thrown' };
    let unknown = '';
    const { code } = toServiceError(error, (_, found) => (unknown = String(found)));
    return { outcome: [code, unknown].join(' ').trim() };
  }
}

const read: Operation = async ({ world, tenant }) => {
  const { given, outcome } = await attempt(() =>
    world.doors.read(tenant.caller, (reader) =>
      Promise.all([
        reader.rows<Row>(ROWS),
        reader.rows<{ agency: string; reader: string; member: string }>(SETTINGS),
        reader.rows<Row>(ALSO),
      ]),
    ),
  );
  if (given === undefined) return outcome;
  const [rows, settings, revisions] = given;
  expectOwn(tenant, rows);
  expectOwn(tenant, revisions);
  expect(settings).toEqual([{ agency: tenant.id, reader: tenant.id, member: tenant.caller.id }]);
  return outcome;
};

const act: Operation = async ({ world, tenant, chance }) => {
  const throws = chance.pick(['before', 'within', 'after', 'never', 'never'] as const);
  const failed = (when: string) => {
    if (throws === when) throw new Thrown();
  };
  const { given, outcome } = await attempt(() =>
    world.doors.act(tenant.caller, async ({ manager, viewer }) => {
      failed('before');
      const rows = await manager.query<Row[]>(ROWS);
      if (throws === 'within') await manager.query('select 1 / 0').catch(() => undefined);
      failed('within');
      await manager.query(
        `insert into idempotency_key (agency_id, member_id, operation, key, fingerprint) values ($1, $2, 'none', $3, $4)`,
        [tenant.id, tenant.caller.id, randomUUID(), tenant.mark],
      );
      failed('after');
      return { rows, viewer };
    }),
  );
  if (given === undefined) return outcome;
  expect(throws).toBe('never');
  expectOwn(tenant, given.rows);
  expect(given.viewer).toMatchObject({ agencyId: tenant.id, memberId: tenant.caller.id });
  return outcome;
};

/** A read whose callback or statement fails, in every way there is. */
const failingRead: Operation = async ({ world, tenant, chance }) => {
  const how = chance.below(4);
  const { outcome } = await attempt(() =>
    world.doors.read(tenant.caller, async (reader) => {
      if (how === 0) throw new Thrown();
      const asked = reader.rows<Row>(ROWS);
      if (how === 1) {
        void asked.catch(() => undefined);
        throw new Thrown();
      }
      if (how === 2) {
        // The second is refused: the transaction has left.
        await asked;
        await reader.rows(ROWS).catch(() => {
          throw new Thrown();
        });
        return;
      }
      await Promise.all([
        asked,
        reader.rows('select 1 / (random() * 0)::int').catch((error: unknown) => {
          throw error instanceof Error && 'code' in error && error.code === '22012' ? new Thrown() : error;
        }),
      ]);
    }),
  );
  return outcome;
};

/** Who is not let in learns nothing, whoever had the connection before. */
const notLetIn: Operation = async ({ world, tenant, suspended, chance }) => {
  const caller = chance.pick([
    suspended.caller,
    { id: randomUUID(), needed: ['ANALYST'] },
    { ...tenant.caller, needed: ['RELEASER'] },
  ]);
  const { given, outcome } = await attempt<unknown>(() =>
    chance.happens(0.5)
      ? world.doors.read(caller, (reader) => reader.rows(ROWS))
      : world.doors.act(caller, ({ manager }) => manager.query(ROWS)),
  );
  expect(given).toBeUndefined();
  return outcome;
};

/** A connection between two uses: nobody is entered, nothing is left of who was. */
const between: Operation = async ({ world, chance }) => {
  const { pool, source } = connectionsOf(world);
  const ask = chance.happens(0.5)
    ? async (text: string) => (await pool.query<object>(text)).rows
    : (text: string) => source.query<object[]>(text);
  const { given, outcome } = await attempt(() =>
    ask(`select count(*)::int as n, (${NOTHING}) as settings from inbox`),
  );
  if (given !== undefined) expect(given).toEqual([{ n: 0, settings: '' }]);
  return outcome;
};

/** What is set in this session, '' if nothing is. */
export const NOTHING = `select concat(current_setting('entente.agency', true), current_setting('entente.reader', true),
  current_setting('entente.member', true))`;

/** The application's two pools. */
// eslint-disable-next-line @typescript-eslint/dot-notation -- they are private, and this looks behind the doors
export const connectionsOf = ({ doors }: OwnWorld) => ({ pool: doors['pool'], source: doors['source'] });

interface Answered {
  viewer: { agency: { id: string } };
  findings: {
    nodes: { id: string; author: { id: string }; revision: { document: { texts: { title: string }[] } } }[];
  };
  incidents: { nodes: object[] };
}

const LIST = `{ viewer { agency { id } } incidents { nodes { id } }
  findings { nodes { id author { id } revision { document { texts { title } } } } } }`;

const list: Operation = async ({ world, tenant }) => {
  const answer = await world.member(tenant.caller.id).query<Answered | null>(LIST);
  if (answer.errors.length > 0 || answer.data === null)
    return [...new Set(answer.errors.map(({ extensions }) => extensions.code))].join();
  const { viewer, findings, incidents } = answer.data;
  expectOwn(
    tenant,
    findings.nodes.map(({ author, revision }) => ({
      titles: String(revision.document.texts[0]?.title).toLowerCase(),
      agency: author.id,
    })),
  );
  expect([viewer.agency.id, incidents.nodes]).toEqual([tenant.id, []]);
  return 'done';
};

const one: Operation = async ({ world, tenant, other, chance }) => {
  const own = chance.happens(0.5);
  const answer = await world
    .member(tenant.caller.id)
    .query<{ finding: { id: string } } | null>(
      'query ($id: ID!) { finding(id: $id) { id revisions { id } } }',
      {
        id: own ? tenant.finding : other.finding,
      },
    );
  const outcome = outcomeOf(answer);
  if (outcome === 'done') expect([own, answer.data?.finding.id]).toEqual([true, tenant.finding]);
  if (own) expect(outcome).not.toBe('NOT_FOUND id');
  return outcome;
};

/** An act over GraphQL: a draft that is done, one that is refused, another's finding, a suspended caller. */
const mutation: Operation = async ({ world, tenant, other, suspended, chance }) => {
  const { idempotencyKey, document: written } = inputOf(tenant);
  const what = chance.pick(['draft', 'invalid', 'hidden', 'suspended'] as const);
  const resting = [
    { attribute: 'method', value: { term: 'x' }, origin: { kind: 'agency', revisionId: other.finding } },
  ];
  const input = {
    draft: { idempotencyKey, document: written },
    invalid: { idempotencyKey, document: { ...written, kind: 'nonsense' } },
    hidden: { idempotencyKey, document: { ...written, claims: resting } },
    suspended: { idempotencyKey, document: written },
  }[what];
  const member = (what === 'suspended' ? suspended : tenant).caller.id;
  const outcome =
    outcomeOf(await world.member(member).query(ACTS.draftFinding, { input })).split(' ')[0] ?? '';
  const usual = { draft: 'done', invalid: 'INVALID', hidden: 'NOT_FOUND', suspended: 'UNAUTHENTICATED' }[
    what
  ];
  expect([usual, 'UNAVAILABLE']).toContain(outcome);
  return outcome;
};

/** A client that goes away before it has its answer: while it sends, while we work, or while we answer. */
const hangUp: Operation = async ({ world, tenant, chance }) => {
  const body = JSON.stringify(
    chance.happens(0.6)
      ? { query: LIST }
      : { query: ACTS.draftFinding, variables: { input: inputOf(tenant) } },
  );
  const token = await world.issuer.mint(tenant.caller.id);
  const sent = request(`${world.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    },
  });
  sent.on('error', () => undefined);
  if (chance.happens(0.2)) sent.write(body.slice(0, chance.below(body.length)));
  else sent.end(body);
  await pause(chance.below(8));
  sent.destroy();
  return 'gone';
};

/** What is done, how often of a hundred, and how it may end beside UNAVAILABLE. */
export const OPERATIONS: Record<string, { share: number; run: Operation; ends: string[] }> = {
  read: { share: 38, run: read, ends: ['done'] },
  act: { share: 14, run: act, ends: ['done', 'thrown'] },
  failingRead: { share: 12, run: failingRead, ends: ['thrown'] },
  notLetIn: { share: 8, run: notLetIn, ends: ['UNAUTHENTICATED', 'FORBIDDEN'] },
  between: { share: 8, run: between, ends: ['done'] },
  list: { share: 7, run: list, ends: ['done'] },
  one: { share: 4, run: one, ends: ['done', 'NOT_FOUND id'] },
  mutation: { share: 4, run: mutation, ends: ['done', 'INVALID', 'NOT_FOUND', 'UNAUTHENTICATED'] },
  hangUp: { share: 5, run: hangUp, ends: ['gone'] },
};
