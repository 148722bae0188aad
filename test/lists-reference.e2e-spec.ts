import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { administer, administratorsOf, tried } from './support/administration.js';
import { keeperOf, NEMS, newList, published, stage, staged, twice } from './support/lists.js';
import { memberId, type Code } from './support/roster.js';
import { entered } from './support/transactions.js';
import { startWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

interface Hit {
  list: string;
  kind: string;
  version: number;
  label: string;
  service: string | null;
  jurisdiction: string | null;
  source: string;
  owner: { code: string } | null;
}

async function hits(code: Code, value: string): Promise<Hit[]> {
  const { lookup } = await world.as(code, 'ANALYST').ask<{ lookup: { nodes: { lists: Hit[] }[] } }>(
    `query ($values: [String!]!) { lookup(values: $values) { nodes {
       lists { list kind version label service jurisdiction source owner { code } } } } }`,
    { values: [value] },
  );
  return lookup.nodes[0]?.lists ?? [];
}

const labels = async (code: Code, value: string) =>
  (await hits(code, value)).map(({ label }) => label).sort();
const EVM = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;

interface Listed {
  referenceLists: {
    nodes: {
      id: string;
      name: string;
      shared: boolean;
      version: number;
      versions: {
        nodes: {
          number: number | null;
          added: number;
          removed: number;
          unchanged: number;
          restores: number | null;
        }[];
      };
    }[];
  };
}

const LISTS = `{ referenceLists(first: 100) { nodes { id name shared version
  versions { nodes { number added removed unchanged restores } } } } }`;
const listsOf = async (code: Code, role: 'ANALYST' | 'OPERATOR' = 'ANALYST') =>
  (await world.as(code, role).ask<Listed>(LISTS)).referenceLists.nodes;

describe("an agency's list", () => {
  test('answers its own look-ups from its publication on, and nobody else’s', async () => {
    const before = (await world.as('JP-NPA', 'ANALYST').query(LISTS)).text;
    const list = newList({ rows: [{ value: EVM(1), label: 'Ours alone', service: 'mixer' }] });
    const input = await staged(world, 'KR-FSC', list);
    expect(await hits('KR-FSC', EVM(1))).toEqual([]);
    await administer(keeperOf(world, 'KR-FSC'), 'publishList', input);
    const [first, ...others] = await hits('KR-FSC', EVM(1));
    expect(first).toEqual({
      list: list.name,
      kind: 'SERVICE',
      version: 1,
      label: 'Ours alone',
      service: 'mixer',
      jurisdiction: null,
      source: list.source,
      owner: { code: 'KR-FSC' },
    });
    // On every chain it can be on, for none was said.
    expect(others).toHaveLength(11);
    expect(await hits('JP-NPA', EVM(1))).toEqual([]);
    expect((await world.as('JP-NPA', 'ANALYST').query(LISTS)).text).toBe(before);
  });

  test('is no row that another agency, an administrator of its own or the hub could read', async () => {
    await published(world, 'KR-FSC');
    const list = newList();
    await staged(world, 'KR-FSC', list);
    const tables = ['', '_version', '_entry', '_row'].map((name) => `reference_list${name}`);
    const readable = (member: string) =>
      entered(world, member, async (client) => {
        const found: number[] = [];
        for (const table of tables) {
          const { rowCount } = await client.query(
            `select from ${table} where ${table === 'reference_list_row' ? 'true' : 'audience <> $1'}`,
            table === 'reference_list_row' ? [] : ['00000000-0000-0000-0000-000000000000'],
          );
          found.push(rowCount ?? 0);
        }
        return found;
      });
    const nobodys = [
      memberId('JP-NPA', 'CONTRIBUTOR'),
      memberId('KR-FSC', 'AGENCY_ADMIN'),
      memberId('HUB', 'OPERATOR'),
    ];
    for (const member of nobodys) expect(await readable(member)).toEqual([0, 0, 0, 0]);
    for (const count of await readable(memberId('KR-FSC', 'ANALYST'))) expect(count).toBeGreaterThan(0);
  });
});

describe("the hub's list", () => {
  test('is published by two, and answers everybody', async () => {
    const rows = [{ value: EVM(2), chain: 'ethereum', label: 'Sanctioned' }];
    const list = newList({ kind: 'SANCTIONS', rows });
    const input = await staged(world, 'HUB', list);
    const hub = await administratorsOf(world, 'HUB');
    expect((await listsOf('JP-NPA')).map(({ name }) => name)).not.toContain(list.name);
    const asked = await administer(hub.first, 'publishList', input);
    expect(asked.pendingAct?.state).toBe('PENDING');
    expect(await hits('JP-NPA', EVM(2))).toEqual([]);
    const decision = { pendingActId: asked.pendingAct?.id, hash: asked.pendingAct?.hash };
    expect(await tried(hub.first, 'approveAct', decision)).toBe('CONFLICT input.pendingActId');
    await administer(hub.second, 'approveAct', decision);
    for (const code of ['JP-NPA', 'XX-ALONE'] as const)
      expect(await labels(code, EVM(2))).toEqual(['Sanctioned']);
    expect((await listsOf('XX-ALONE')).find(({ name }) => name === list.name)).toMatchObject({
      shared: true,
      version: 1,
    });
  });

  test('what was staged after it was asked for is not what was approved', async () => {
    const list = newList();
    const hub = await administratorsOf(world, 'HUB');
    const { pendingAct } = await administer(hub.first, 'publishList', await staged(world, 'HUB', list));
    await stage(hub.first, { ...list, rows: [{ value: EVM(3), label: 'Slipped in' }] });
    const decision = { pendingActId: pendingAct?.id, hash: pendingAct?.hash };
    expect(await tried(hub.second, 'approveAct', decision)).toBe('CONFLICT input.digest');
    expect(await hits('JP-NPA', EVM(3))).toEqual([]);
  });
});

test('a new version writes what changed and nothing else, and an earlier one comes back whole', async () => {
  const rows = [1, 2, 3].map((n) => ({ value: EVM(100 + n), chain: 'ethereum', label: `Service ${n}` }));
  const list = newList({ rows });
  await published(world, 'US-TFI', list);
  const [one, two] = rows;
  if (!one || !two) throw new Error('There are rows.');
  const changed = [one, { ...two, label: 'Renamed' }, { value: EVM(104), chain: 'ethereum', label: 'New' }];
  const listId = await published(world, 'US-TFI', {
    ...list,
    rows: changed,
    retrievedAt: '2026-02-01T00:00:00Z',
  });
  const entries = await world.sql<{ since: number; until: number | null }>(
    'select since, until from reference_list_entry where list_id = $1 order by value, since',
    [listId],
  );
  expect(entries.map(({ since, until }) => [since, until])).toEqual([
    [1, null],
    [1, 2],
    [2, null],
    [1, 2],
    [2, null],
  ]);
  expect(await labels('US-TFI', EVM(102))).toEqual(['Renamed']);
  await administer(keeperOf(world, 'US-TFI'), 'rollBackList', { listId, version: 1 });
  expect([
    await labels('US-TFI', EVM(102)),
    await labels('US-TFI', EVM(103)),
    await labels('US-TFI', EVM(104)),
  ]).toEqual([['Service 2'], ['Service 3'], []]);
  const [now] = (await listsOf('US-TFI')).filter(({ id }) => id === listId);
  expect(now?.versions.nodes).toEqual([
    { number: 3, added: 2, removed: 2, unchanged: 1, restores: 1 },
    { number: 2, added: 2, removed: 2, unchanged: 1, restores: null },
    { number: 1, added: 3, removed: 0, unchanged: 0, restores: null },
  ]);
});

interface Version {
  number: number | null;
  keys: number;
  digest: string;
}
interface Versions {
  referenceLists: {
    nodes: {
      id: string;
      versions: { nodes: Version[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    }[];
  };
}
/** A page of the versions of one list. */
async function versionsOf(code: Code, listId: string, page: { first?: number; after?: string | null } = {}) {
  const { data, errors } = await world.as(code, 'ANALYST').query<Versions | null>(
    `query ($first: Int, $after: String) { referenceLists(first: 100) { nodes { id versions(first: $first, after: $after) {
      nodes { number keys digest } pageInfo { hasNextPage endCursor } } } } }`,
    page,
  );
  return { found: data?.referenceLists.nodes.find(({ id }) => id === listId)?.versions, errors };
}

describe('versions', () => {
  test('come by pages: what is staged, then the newest first', async () => {
    const list = newList();
    const retrievedAt = (n: number) => ({ ...list, retrievedAt: `2026-01-0${n}T00:00:00Z` });
    let listId = '';
    for (const n of [1, 2, 3]) listId = await published(world, 'CN-CAMLMAC', retrievedAt(n));
    await staged(world, 'CN-CAMLMAC', retrievedAt(4));
    const numbers: unknown[] = [];
    let after: string | null = null;
    do {
      const { found } = await versionsOf('CN-CAMLMAC', listId, { first: 2, after });
      numbers.push(found?.nodes.map(({ number }) => number));
      after = found?.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
    } while (after !== null);
    expect(numbers).toEqual([
      [null, 3],
      [2, 1],
    ]);
    const { found } = await versionsOf('CN-CAMLMAC', listId, { first: 1 });
    const next = await versionsOf('CN-CAMLMAC', listId, {
      first: 1,
      after: found?.pageInfo.endCursor ?? null,
    });
    expect(next.found?.nodes.map(({ number }) => number)).toEqual([3]);
    expect((await versionsOf('CN-CAMLMAC', listId, { first: 0 })).errors[0]?.extensions.code).toBe('INVALID');
  });

  test('a cursor that was made up is told apart', async () => {
    const listId = await published(world, 'CN-CAMLMAC');
    const { found } = await versionsOf('CN-CAMLMAC', listId, { first: 1 });
    const cursor = Buffer.from(found?.pageInfo.endCursor ?? '', 'base64url').toString();
    expect(cursor).toContain('"1"');
    for (const key of ['x', '-1', '9'.repeat(10)]) {
      const after = Buffer.from(cursor.replace('"1"', `"${key}"`)).toString('base64url');
      const { errors } = await versionsOf('CN-CAMLMAC', listId, { after });
      expect(errors[0]?.extensions.code).toBe('INVALID');
    }
  });

  test('are read with their number of keys and their digest, and no row of what is staged', async () => {
    const list = newList({ rows: [11, 12].map((n) => ({ value: EVM(n), label: `Service ${n}` })) });
    const { version } = await stage(keeperOf(world, 'CN-CAMLMAC'), list);
    const [{ id } = { id: '' }] = await world.sql<{ id: string }>(
      'select list_id as id from reference_list_version where id = $1',
      [version.id],
    );
    await world.sql('alter table reference_list_row rename to away');
    const { found } = await versionsOf('CN-CAMLMAC', id);
    await world.sql('alter table away rename to reference_list_row');
    const { keys, digest } = version;
    expect(found?.nodes).toEqual([{ number: null, keys, digest }]);
    expect(keys).toBeGreaterThanOrEqual(2);
  });
});

describe('a batch', () => {
  test('is taken but for the rows that are none, each with its reason', async () => {
    const rows = [
      { value: NEMS, label: 'One' },
      { value: 'nothing', label: 'Two' },
      { value: 'ab'.repeat(32), label: 'Three' },
      { value: 'ab'.repeat(32), type: 'transaction', chain: 'bitcoin', label: 'Four' },
      { value: EVM(5), chain: 'bitcoin', label: 'Five' },
    ];
    const { version, refused } = await stage(keeperOf(world, 'JP-NPA'), newList({ rows }));
    expect(refused.map(({ row }) => row)).toEqual([1, 2, 4]);
    expect(refused.map(({ reason }) => reason).join()).toMatch(
      /no wallet.*several things.*no indicator of this chain/s,
    );
    expect(version.keys).toBe(2);
  });

  test('sent again, in any order, makes the same version', async () => {
    const list = newList();
    const [a, b] = [[{ value: EVM(7), label: 'A' }], [{ value: NEMS, label: 'B' }]];
    const client = keeperOf(world, 'JP-NPA');
    await stage(client, { ...list, rows: a });
    const once = await stage(client, { ...list, rows: b });
    const again = await stage(client, { ...list, rows: a, idempotencyKey: randomUUID() });
    expect(again.version).toEqual(once.version);
    const anew = await stage(client, { ...list, rows: b, retrievedAt: '2026-03-01T00:00:00Z' });
    expect(anew.version.keys).toBe(1);
  });
});

test('a list of another agency, and a version of none, are the same answer', async () => {
  const { listId } = (await twice(world, 'KR-FSC')) as { listId: string };
  const jp = keeperOf(world, 'JP-NPA');
  for (const id of [listId, randomUUID()])
    expect(await tried(jp, 'rollBackList', { listId: id, version: 1 })).toBe('NOT_FOUND input.listId');
  expect(await tried(keeperOf(world, 'KR-FSC'), 'rollBackList', { listId, version: 9 })).toBe(
    'NOT_FOUND input.version',
  );
});
