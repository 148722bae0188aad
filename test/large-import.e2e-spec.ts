import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newKey, registered } from './support/clients.js';
import { startWorld, type World } from './support/world.js';

/* `entente import` of a file of 200 MB, run as its user runs it: what its process holds does not grow with the file. */

jest.setTimeout(300_000);

const CLI = join(import.meta.dirname, '..', 'dist', 'apps', 'cli', 'main.js');
const MB = 1024 ** 2;
/** Node says at its end how much it ever held, in KB. */
const SAYS_MOST = `data:text/javascript,process.on('exit',()=>console.error('held '+process.resourceUsage().maxRSS))`;

/** MB of objects, old and young: without a bound Node would put off collecting what is no longer held. */
const HEAP = ['--max-old-space-size=64', '--max-semi-space-size=4'];

let world: World;
let folder: string;
let client: string;
beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'entente-large-'));
  const { privateKey, publicKey } = newKey();
  client = (await registered(world, 'KR-FSC', { roles: ['CONTRIBUTOR'], keys: [publicKey] })).id;
  await writeFile(join(folder, 'key.json'), JSON.stringify(privateKey));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.close();
});

/** A note of 10 kB, which no indicator has, makes each row as large as those of an exchange's own records. */
const NOTE = '자금세탁방지 '.repeat(540);

async function imported(rows: number): Promise<{ size: number; held: number; out: string }> {
  const path = join(folder, `${rows}.csv`);
  function* lines(): Iterable<string> {
    yield 'type,value,role,note\n';
    for (let n = 0; n < rows; n++)
      yield n % 1_000 === 999
        ? `account,nonsense,suspect,${NOTE}\n`
        : `account,bithumb.com/large-${n},suspect,${NOTE}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
  const { size } = await stat(path);
  const words = [
    'import',
    path,
    '--kind',
    'INDICATORS',
    '--client',
    client,
    '--key',
    join(folder, 'key.json'),
  ];
  const [out, said] = await new Promise<[string, string]>((resolve, reject) => {
    const env = { ENTENTE_URL: world.url, PATH: '/usr/bin:/bin' };
    const node = [...HEAP, '--import', SAYS_MOST];
    execFile(process.execPath, [...node, CLI, ...words], { env }, (error, ...told) => {
      if (error) reject(new Error(told.join('\n'), { cause: error }));
      else resolve(told);
    });
  });
  await rm(path);
  return { size, held: Number(/^held (\d+)$/m.exec(said)?.[1]) / 1024, out };
}

test('a file of 200 MB is never held: it takes the memory of one of 10 MB', async () => {
  const small = await imported(1_000);
  const large = await imported(22_000);
  process.stdout.write(
    `entente import held ${Math.round(small.held)} MB for ${Math.round(small.size / MB)} MB, ` +
      `${Math.round(large.held)} MB for ${Math.round(large.size / MB)} MB\n`,
  );
  expect(large.size).toBeGreaterThan(200 * MB);
  expect(large.out).toContain('line 1001 is not taken: row.value');
  expect(large.out).toContain('21978 of 22000 rows taken, 0 duplicates');
  expect(large.out).toMatch(/sealed: name it in the datasets of a document by [0-9a-f]{64}/);
  expect(large.held - small.held).toBeLessThan(64);
});
