import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readListFile, type RowDefaults } from '../apps/cli/list-file.js';
import {
  bearing,
  importList,
  rollBack,
  type Ask,
  type Imported,
  type ListHeader,
} from '../apps/cli/list-import.js';
import { administer, administratorsOf } from './support/administration.js';
import { memberId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'entente-lists-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.close();
});

/** As the command asks: with a member's own token for each request. */
const asking = (member: string): Ask => bearing(world.url, () => world.issuer.mint(member));
const ours = () => asking(memberId('JP-NPA', 'CONTRIBUTOR'));

const header = (name: string, retrievedAt = '2026-01-01T00:00:00Z'): ListHeader => ({
  name,
  kind: 'SERVICE',
  source: 'https://lists.example.org/2',
  retrievedAt,
});

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function imported(path: string, head: ListHeader, defaults: RowDefaults = {}): Promise<Imported> {
  const sent: number[] = [];
  const told = await importList(ours(), head, await readListFile(path, defaults), (n) => sent.push(n));
  expect(sent.length).toBeGreaterThan(0);
  return told;
}

const EVM = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;

describe('a file', () => {
  test.each<[what: string, name: string, content: string | Buffer]>([
    [
      'text, of Windows and with remarks',
      'a.txt',
      `# from somewhere\r\n${EVM(1)}\r\n\r\n${EVM(2)} # two\r\n`,
    ],
    ['CSV', 'a.csv', `address,name\n${EVM(1)},"One, first"\n${EVM(2)},Two\n`],
    [
      'CSV of a spreadsheet: BOM and semicolons',
      'b.csv',
      `\ufeffAddress;Name\r\n${EVM(1)};One, first\r\n${EVM(2)};Two\r\n`,
    ],
    ['CSV with tabs', 'c.csv', `value\tlabel\n${EVM(1)}\tOne, first\n${EVM(2)}\tTwo\n`],
    ['JSON of values', 'a.json', JSON.stringify([EVM(1), EVM(2)])],
    [
      'JSON of objects',
      'b.json',
      JSON.stringify([
        { address: EVM(1), name: 'One' },
        { value: EVM(2), label: 'Two' },
      ]),
    ],
  ])('%s', async (_, name, content) => {
    const { rows } = await readListFile(await fileOf(name, content), {
      label: 'Somebody',
      chain: 'ethereum',
    });
    expect(rows.map(({ value, chain }) => [value, chain])).toEqual([
      [EVM(1), 'ethereum'],
      [EVM(2), 'ethereum'],
    ]);
    for (const { label } of rows) expect(label).toMatch(/^(One(, first)?|Two|Somebody)$/);
  });

  test.each<[what: string, name: string, content: string | Buffer, message: RegExp]>([
    ['in another encoding', 'd.txt', Buffer.from([0xb0, 0xa1, 0xb3, 0xaa]), /is not UTF-8/],
    ['without a column of values', 'e.csv', 'name\nOne\n', /has no column value/],
    ['that is no JSON', 'f.json', '[', /is no JSON/],
    ['that is another JSON', 'g.json', '{"a": 1}', /is no array/],
    ['without rows', 'h.txt', '# nothing\n', /has no rows/],
    ['that says not whose they are', 'i.txt', EVM(1), /says not whose it is/],
  ])('%s is refused', async (_, name, content, message) => {
    await expect(readListFile(await fileOf(name, content), {})).rejects.toThrow(message);
  });
});

test('an import says what was not taken and where, and again changes nothing but what changed', async () => {
  const lines = Array.from({ length: 2_500 }, (_, n) => EVM(1_000 + n));
  const path = await fileOf('many.txt', ['not an address', ...lines, `${EVM(9)}0`].join('\n'));
  const defaults = { label: 'An exchange', chain: 'ethereum' };
  const first = await imported(path, header('Many'), defaults);
  expect(first.refused.map(({ place }) => place)).toEqual([1, 2_502]);
  expect(first.changed).toEqual({ number: 1, added: 2_500, removed: 0, unchanged: 0 });
  // Sent again as it was: the version that it made.
  expect((await imported(path, header('Many'), defaults)).changed).toEqual(first.changed);
  const later = header('Many', '2026-02-01T00:00:00Z');
  const changed = await fileOf('fewer.txt', [...lines.slice(1), EVM(8)].join('\n'));
  expect((await imported(changed, later, defaults)).changed).toEqual({
    number: 2,
    added: 1,
    removed: 1,
    unchanged: 2_499,
  });
  const [list] = await world.sql<{ id: string }>(`select id from reference_list where name = 'Many'`);
  expect(await rollBack(ours(), list?.id ?? '', 1)).toBeNull();
  const [{ n } = { n: 0 }] = await world.sql<{ n: number }>(
    'select count(*)::int as n from reference_list_entry where list_id = $1 and until is null and value = $2',
    [list?.id, EVM(1_000)],
  );
  expect(n).toBe(1);
});

test('one that was broken off goes on where it was', async () => {
  const lines = Array.from({ length: 1_500 }, (_, n) => EVM(10_000 + n));
  const file = await readListFile(await fileOf('broken.txt', lines.join('\n')), { label: 'X', chain: 'bsc' });
  let asked = 0;
  const failing: Ask = async (query, variables) => {
    asked += 1;
    if (asked === 2) throw new Error('The line is cut.');
    return ours()(query, variables);
  };
  await expect(importList(failing, header('Broken'), file, () => undefined)).rejects.toThrow(
    'The line is cut.',
  );
  const told = await importList(ours(), header('Broken'), file, () => undefined);
  expect(told.changed).toEqual({ number: 1, added: 1_500, removed: 0, unchanged: 0 });
});

const OFAC = join(import.meta.dirname, '..', '..', 'shared', 'data', 'ofac');
const CHAINS: Record<string, string> = {
  BCH: 'bitcoin-cash',
  DASH: 'dash',
  ETH: 'ethereum',
  LTC: 'litecoin',
  TRX: 'tron',
  XMR: 'monero',
  ZEC: 'zcash',
};
const withOfac = existsSync(OFAC) ? test : test.skip;

// Skipped where ../shared/data/ofac is not there: it is not of this repository.
withOfac('the sanctioned addresses that OFAC publishes, by two persons of the hub', async () => {
  const hub = await administratorsOf(world, 'HUB');
  for (const file of await readdir(OFAC)) {
    const symbol = file.replace('.txt', '');
    const list = await readListFile(join(OFAC, file), {
      label: 'Specially Designated National',
      chain: CHAINS[symbol],
    });
    const told = await importList(
      asking(memberId('HUB', 'OPERATOR')),
      {
        name: `OFAC ${symbol}`,
        kind: 'SANCTIONS',
        source: 'U.S. Treasury, OFAC, SDN list',
        retrievedAt: '2026-01-01T00:00:00Z',
      },
      list,
      () => undefined,
    );
    expect([file, told.refused]).toEqual([file, []]);
    expect(told.keys).toBeGreaterThan(0);
    await administer(hub.second, 'approveAct', {
      pendingActId: told.pendingAct?.id,
      hash: told.pendingAct?.hash,
    });
    const [first] = list.rows;
    const { lookup } = await world
      .as('JP-NPA', 'ANALYST')
      .ask<{ lookup: { nodes: { lists: { kind: string }[] }[] } }>(
        'query ($values: [String!]!) { lookup(values: $values) { nodes { lists { kind } } } }',
        { values: [first?.value] },
      );
    expect(lookup.nodes[0]?.lists).toContainEqual({ kind: 'SANCTIONS' });
  }
});
