import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { migrate } from '../apps/cli/migrate.js';
import { catalogueOf } from './support/catalogue.js';
import { acts, filled, firstLanded, operations, reads } from './support/first-landed.js';
import { servedSchema } from './support/schema.js';
import { cloneDatabase, withClient, type TestDatabase } from './support/server.js';
import { startWorld, type World } from './support/world.js';

const upgrade = async ({ ownerUrl }: TestDatabase): Promise<string> => {
  let said = '';
  await migrate({ ownerUrl, say: (line) => (said += line) });
  return said;
};

describe('the schema', () => {
  test('is the same from empty and from the first that landed', async () => {
    const [made, grown] = [await cloneDatabase(), await firstLanded({ story: false })];
    expect(await catalogueOf(grown)).not.toEqual(await catalogueOf(made));
    expect(await upgrade(grown)).toMatch(/^Ran \d+ migrations: SinceFirstLanded1763683200004/);
    expect(await catalogueOf(grown)).toEqual(await catalogueOf(made));
    await Promise.all([made.drop(), grown.drop()]);
  });

  test.each([
    ['a column', 'alter table finding add extra int'],
    ['a type', 'alter table sheet alter number type bigint'],
    ['nullability', 'alter table release alter conditions set not null'],
    ['a default', 'alter table finding alter expires_at drop default'],
    ['a constraint', 'alter table entry drop constraint entry_check'],
    ['an index', 'drop index inbox_list'],
    ['a policy', 'alter policy app_insert on claim with check (agency_id = (select reader()))'],
    ['forced row security', 'alter table claim no force row level security'],
    [
      'a function',
      'create or replace function marking_rank(marking text) returns int language sql immutable return 0',
    ],
    ['the path of a function', 'alter function tombstone(uuid) reset search_path'],
    ['the owner of a function', 'alter function tombstone(uuid) owner to entente_owner'],
    ['a grant on a table', 'grant delete on entry to entente_app'],
    ['a grant on a column', 'grant update (hash) on revision to entente_app'],
    ['a grant on a function', 'revoke execute on function tombstone(uuid) from entente_app'],
    [
      'a trigger',
      'create trigger t before insert on entry execute function suppress_redundant_updates_trigger()',
    ],
    ['a view', 'create view extra as select 1'],
  ])('is told apart by %s', async (_, difference) => {
    const database = await cloneDatabase();
    const before = await catalogueOf(database);
    await withClient(database.setupUrl, (client) => client.query(difference));
    expect(await catalogueOf(database)).not.toEqual(before);
    await database.drop();
  });
});

describe('from the first version that landed, with its rows', () => {
  let world: World;
  let texts: Record<string, string>;
  beforeAll(async () => {
    const database = await firstLanded({ story: true });
    await upgrade(database);
    [world, texts] = [await startWorld({ database }), await operations()];
  });
  afterAll(() => world.close());

  const ask = (operation: string) => texts[operation] ?? `No operation ${operation}.`;

  test('every request is still valid', async () => {
    const schema = await servedSchema(world);
    for (const text of Object.values(texts)) expect(validate(schema, parse(text))).toEqual([]);
    const asked = [...(await acts()), ...(await reads())].map(({ operation }) => operation);
    expect(new Set(asked)).toEqual(new Set(Object.keys(texts)));
  });

  test('every question has the answer it had', async () => {
    for (const { agency, role, operation, variables, answer } of await reads()) {
      const { data, errors } = await world.as(agency, role).query(ask(operation), variables);
      expect({ operation, agency, data, errors }).toEqual({ operation, agency, data: answer, errors: [] });
    }
  });

  test('every document has the bytes that its hash names', async () => {
    const rows = await world.sql<{ document: string; hash: string }>(
      'select document::text, hash from revision',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { document, hash } of rows)
      expect(createHash('sha256').update(document).digest('hex')).toBe(hash);
  });

  test('every transfer is seen with the decimals that its document says', async () => {
    const seen = await world.sql<{ seen: number; said: number }>(
      `select decimals as seen, (document -> 'transfers' -> position ->> 'decimals')::int as said
         from seen_transfer s join revision r on r.id = s.revision_id`,
    );
    expect(seen.length).toBeGreaterThan(0);
    for (const { seen: decimals, said } of seen) expect(decimals).toBe(said);
  });

  test('an act sent again under its key has no second effect', async () => {
    const [first] = await acts();
    if (!first) throw new Error('The story is empty.');
    const count = () => world.sql('select count(*) from entry');
    const before = await count();
    const client = world.as(first.agency, first.role);
    const { draftFinding } = await client.ask<Drafted>(ask(first.operation), first.variables);
    expect(draftFinding.finding.sheets[0]?.caseNumber).toBe('2018-1');
    expect(await count()).toEqual(before);
  });

  test('every act can be done as before', async () => {
    const answers = new Map<string, unknown>();
    for (const { step, agency, role, operation, variables } of await acts()) {
      const { input } = filled(variables, answers) as { input: object };
      const again = { ...input, idempotencyKey: `second-${step}` };
      const { data, errors } = await world.as(agency, role).query(ask(operation), { input: again });
      expect({ step, errors }).toEqual({ step, errors: [] });
      answers.set(step, data);
    }
    expect(answers.size).toBe(28);
  });
});

interface Drafted {
  draftFinding: { finding: { id: string; sheets: { caseNumber: string }[] } };
}
