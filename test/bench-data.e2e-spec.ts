import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { enrol, rosterSchema } from '#access';
import { migrate } from '../apps/cli/migrate.js';
import { agencyId, ARRANGEMENT, memberId, roster } from './bench/agencies.js';
import { loadFindings } from './bench/load.js';
import { madeFinding } from './bench/rows.js';
import { ACTS, type ActName, type Finding } from './support/findings.js';
import { cloneDatabase, withClient, type TestDatabase } from './support/server.js';
import { startWorld, type World } from './support/world.js';

/* The data of the benches come in past the service. They are what it would have written. */

const FINDINGS = 3;
/** What an act leaves besides the finding: who did it, and that it was done. */
const OF_ACTS = ['entry', 'idempotency_key', 'feed_position', 'unnumbered'];

let empty: TestDatabase;
let loaded: TestDatabase;
let world: World;
beforeAll(async () => {
  empty = await cloneDatabase({ empty: true });
  await migrate({ ...empty, setupUrl: undefined, say: () => undefined });
  await enrol(empty.ownerUrl, rosterSchema.parse(roster));
  loaded = await cloneDatabase({ from: empty.name });
  world = await startWorld({ database: empty });
});
afterAll(async () => {
  await world.close();
  await loaded.drop();
});

/** Drafted, submitted and released as the generator says it; an incident gets its id by the draft that begins it. */
async function posted(n: number): Promise<Finding> {
  const { author, recipients, written } = madeFinding(n);
  const act = async (name: ActName, role: 'CONTRIBUTOR' | 'RELEASER', input: object) => {
    const answer = await world
      .member(memberId(author, role))
      .ask<Partial<Record<ActName, { finding: Finding }>>>(ACTS[name], {
        input: { idempotencyKey: randomUUID(), ...input },
      });
    const finding = answer[name]?.finding;
    if (!finding) throw new Error(`${name} answered nothing.`);
    return finding;
  };
  const document = { ...written, incidents: [] };
  const drafted = await act('draftFinding', 'CONTRIBUTOR', { document, newIncident: true });
  const revisionId = drafted.revision.id;
  await act('submitFinding', 'CONTRIBUTOR', { revisionId });
  return act('releaseFinding', 'RELEASER', {
    revisionId,
    recipients: recipients.map((one) => ({ agencyId: agencyId(one), arrangementId: ARRANGEMENT })),
  });
}

interface Ids {
  finding: string;
  revision: string;
  incident: string;
}

/** Every row of every table that is of this finding, without what no two have in common: ids, times and the salt. */
const rowsOf = (database: TestDatabase, { finding, revision, incident }: Ids) =>
  withClient(database.setupUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string; by: string }>(
      `select c.table_name as name, min(c.column_name) as by from information_schema.columns c
        where table_schema = 'entente' and (column_name in ('finding_id', 'revision_id')
          or column_name = 'id' and table_name in ('finding', 'revision')) and table_name <> all ($1)
        group by 1 order by 1`,
      [OF_ACTS],
    );
    const words = { [finding]: 'FINDING', [revision]: 'REVISION', [incident]: 'INCIDENT' };
    const same = (name: string, value: unknown): unknown => {
      if (name.endsWith('_at')) return value === null ? null : 'A TIME';
      if (name === 'salt' || name === 'hash') return name.toUpperCase();
      return typeof value === 'string' ? (words[value] ?? value) : value;
    };
    const found: Record<string, string[]> = {};
    for (const { name, by } of tables) {
      const { rows } = await client.query<{ row: unknown }>(
        `select to_jsonb(t) as row from ${name} t where ${by} = any ($1)`,
        [[finding, revision]],
      );
      found[name] = rows.map(({ row }) => JSON.stringify(row, same)).sort();
    }
    return found;
  });

test('the rows that are loaded are those of draft, submission and release', async () => {
  await loadFindings(loaded.setupUrl, FINDINGS);
  for (let n = 0; n < FINDINGS; n++) {
    const finding = await posted(n);
    const written = await rowsOf(empty, {
      finding: finding.id,
      revision: finding.revision.id,
      incident: finding.revision.document.incidents[0] ?? '',
    });
    const made = madeFinding(n);
    const incident = made.written.incidents[0] ?? '';
    expect(await rowsOf(loaded, { finding: made.id, revision: made.revision, incident })).toEqual(written);
    expect(written.seen_indicator).not.toEqual([]);
  }
}, 120_000);

test('nothing of the loading is left: each index and key is there again', async () => {
  const indexes = (database: TestDatabase) =>
    withClient(database.setupUrl, async (client) => {
      const { rows } = await client.query<{ definition: string }>(
        `select indexdef as definition from pg_indexes where schemaname in ('entente', 'bench')
         union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
          where connamespace = 'entente'::regnamespace order by 1`,
      );
      return rows;
    });
  expect(await indexes(loaded)).toEqual(await indexes(empty));
});
