import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { toServiceError } from '#core';
import { expectOwn, type Operation, type Row } from './tenants.js';
import type { OwnWorld } from './world.js';

/*
 * Operations of an agency through the application's own doors to the database, with what goes wrong inside.
 */

class Thrown extends Error {}

const SETTINGS = `select current_setting('entente.agency', true) as agency, current_setting('entente.reader', true) as reader,
  current_setting('entente.member', true) as member`;
/** With no filter of its own: what the settings of the transaction let through. */
const ROWS = 'select titles, agency_id as agency from inbox order by listed_at desc limit 20';
const ALSO = 'select titles, agency_id as agency from revision order by id limit 20';

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

export const read: Operation = async ({ world, tenant }) => {
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

export const act: Operation = async ({ world, tenant, chance }) => {
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
export const failingRead: Operation = async ({ world, tenant, chance }) => {
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
export const notLetIn: Operation = async ({ world, tenant, suspended, chance }) => {
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
export const between: Operation = async ({ world, chance }) => {
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
