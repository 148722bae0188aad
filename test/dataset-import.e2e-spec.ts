import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import iconv from 'iconv-lite';
import type { FileOptions } from '../apps/cli/dataset-file.js';
import { draftNaming, importFile } from '../apps/cli/dataset-import.js';
import { bearing, type Ask } from '../apps/cli/list-import.js';
import { readDataset } from './support/datasets.js';
import { document } from './support/findings.js';
import { memberId } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

/* `entente import`: what a file has goes in, what is wrong with it is told, and it is never held whole. */

jest.setTimeout(300_000);

let world: World;
let folder: string;
let ask: Ask;
beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'entente-import-'));
  ask = bearing(world.url, () => world.issuer.mint(memberId('KR-FSC', 'CONTRIBUTOR')));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.close();
});

const INDICATORS: FileOptions = { kind: 'INDICATORS', encoding: 'utf-8', defaults: { role: 'suspect' } };

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const imported = async (
  name: string,
  content: string | Buffer,
  options: Partial<FileOptions> = {},
  asking = ask,
) => importFile(asking, await fileOf(name, content), { ...INDICATORS, ...options }, () => undefined);

const rowsOf = async (id: string) => {
  const { data } = await readDataset(world.as('KR-FSC', 'ANALYST'), { id }, { first: 1000 });
  return data?.dataset.rows.nodes.map(({ json }) => JSON.parse(json) as Record<string, unknown>) ?? [];
};

const account = (name: string) => `account,bithumb.com/${name}`;
const LINES = ['type,value', account('a'), account('b'), account('a'), 'account,x', 'account'];

describe('a file', () => {
  test('goes in, and what does not is told by its line', async () => {
    const { dataset, refused } = await imported('plain.csv', LINES.join('\n'));
    expect(dataset).toMatchObject({ count: 2, loading: { received: 5, duplicates: 1, refused: 2 } });
    expect(dataset.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(refused).toEqual([
      { line: 5, reason: expect.stringMatching(/^row.value: Not a valid account/) },
      { line: 6, reason: 'The row has 1 columns, the heading 2.' },
    ]);
    expect((await rowsOf(dataset.id)).map(({ value }) => value)).toEqual(['bithumb.com/a', 'bithumb.com/b']);
  });

  test('of transfers has times of its zone and amounts to the last unit', async () => {
    const text = `time;from;to;amount;tx\n2018-01-26 00:02;1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa;12c6DSiU4Rq3P4ZxziKxzrL5LmMBrzjrJX;9007199254740993;${'a'.repeat(64)}`;
    const { dataset, refused } = await imported('moves.csv', text, {
      kind: 'TRANSFERS',
      zone: 'Asia/Tokyo',
      defaults: { chain: 'bitcoin', asset: 'BTC', decimals: '8' },
    });
    expect(refused).toEqual([]);
    expect(await rowsOf(dataset.id)).toEqual([
      expect.objectContaining({
        amount: '9007199254740993',
        decimals: 8,
        time: { from: '2018-01-26T00:02', precision: 'minute', zone: 'Asia/Tokyo' },
      }),
    ]);
  });

  test('of JSON in lines goes in as it is', async () => {
    const lines = [
      { type: 'account', value: 'bithumb.com/j', role: 'victim' },
      { type: 'account', value: 'bithumb.com/k', role: 'service' },
    ];
    const { dataset } = await imported(
      'lines.jsonl',
      `${lines.map((row) => JSON.stringify(row)).join('\n')}\n\nno json`,
    );
    expect(await rowsOf(dataset.id)).toEqual(lines);
    expect(dataset.loading).toMatchObject({ received: 3, refused: 1 });
  });

  test('sent again is the same dataset, and goes on where it was broken off', async () => {
    const many = Array.from({ length: 4_500 }, (_, n) => account(`many-${n}`));
    const text = ['type,value', ...many].join('\r\n');
    let asked = 0;
    const breaking: Ask = async (query, variables) => {
      if (query.includes('loadBatch') && ++asked === 2) throw new Error('The line went dead.');
      return ask(query, variables);
    };
    await expect(imported('many.csv', text, {}, breaking)).rejects.toThrow('The line went dead.');
    const loads: number[] = [];
    const counting: Ask = async (query, variables) => {
      if (query.includes('loadBatch')) loads.push((variables as { input: { number: number } }).input.number);
      return ask(query, variables);
    };
    const { dataset } = await imported('many.csv', text, {}, counting);
    expect([dataset.count, loads]).toEqual([4_500, [2, 3]]);
    const again = await imported('many.csv', text, {}, counting);
    expect([again.dataset, loads]).toEqual([dataset, [2, 3]]);
  });

  test('is then named in a new finding', async () => {
    const { dataset } = await imported('named.csv', `type,value\n${account('named')}`);
    const path = await fileOf('document.json', JSON.stringify(document()));
    const id = await draftNaming(ask, path, dataset.hash ?? '');
    const { finding } = await world
      .as('KR-FSC', 'ANALYST')
      .ask<{ finding: object }>(
        'query ($id: ID!) { finding(id: $id) { revision { document { datasets } } } }',
        { id },
      );
    expect(finding).toEqual({ revision: { document: { datasets: [dataset.hash] } } });
  });
});

describe('a bad file', () => {
  const korean = ['type,value,메모', `${account('k')},자금세탁방지 암호화폐 거래소 해킹 사건`].join('\n');

  test('that begins with a mark of its byte order goes in, and columns that are not known are left', async () => {
    const { dataset } = await imported('bom.csv', `\ufeff${korean}`);
    expect(await rowsOf(dataset.id)).toEqual([{ type: 'account', value: 'bithumb.com/k', role: 'suspect' }]);
  });

  test.each([
    ['cp949', korean],
    ['shift_jis', `type,value,備考\n${account('j')},仮想通貨流出 取引所から流出した資金の追跡`],
    ['gb18030', `type,value,备注\n${account('c')},混币器 洗钱 虚拟货币交易所被盗资金的去向`],
  ])('in %s is refused with what to say, and goes in when it is said', async (encoding, text) => {
    const bytes = iconv.encode(text, encoding);
    await expect(imported(`${encoding}.csv`, bytes)).rejects.toThrow(/is not UTF-8\. .*--encoding/);
    const { dataset } = await imported(`${encoding}.csv`, bytes, { encoding });
    expect(dataset).toMatchObject({ count: 1, loading: { refused: 0 } });
  });

  const quoted = (rows: number) => `type,value\naccount,"${`${account('q')}\n`.repeat(rows)}`;

  test.each<[what: string, content: string | Buffer, options: Partial<FileOptions>, fault: RegExp]>([
    ['another delimiter than is said', LINES.join('\n'), { delimiter: ';' }, /no column value .*--delimiter/],
    ['no known column', 'x:y\n1:2', {}, /no column value in its first line: x:y/],
    ['nothing', '', {}, /has no heading/],
    ['a heading alone', 'type,value\n', {}, /has no rows/],
    ['a quotation mark that nothing closes', quoted(10), {}, /line \d+: a quotation mark is opened/],
    [
      'one in a long file',
      quoted(9_000),
      {},
      /line \d+: a row of more than 65536 characters, or a quotation/,
    ],
    ['a row of 1 MB', `type,value\n${account('x'.repeat(1_000_000))}\n`, {}, /line \d+: a row of more than/],
    ['a line of 1 MB', Buffer.alloc(1_000_000, 'x'), {}, /more than 65536 characters/],
    ['times of no zone', 'value,time\nx,2018', { kind: 'TRANSFERS' }, /say of which time zone/],
    ['an encoding there is none of', 'x', { encoding: 'cp0' }, /No encoding is called cp0/],
    [
      'bytes that its encoding has not',
      Buffer.from([0x81, 0xff, 0x0a]),
      { encoding: 'shift_jis' },
      /is not shift_jis/,
    ],
  ])('with %s is told apart, and nothing goes in', async (what, content, options, fault) => {
    const before = await world.sql('select count(*) as n from dataset_indicator');
    await expect(imported(`${what}.csv`, content, options)).rejects.toThrow(fault);
    expect(await world.sql('select count(*) as n from dataset_indicator')).toEqual(before);
  });
});
