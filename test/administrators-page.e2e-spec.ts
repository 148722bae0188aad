import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrate } from '../apps/cli/migrate.js';
import { accept } from './support/invitations.js';
import { cloneDatabase, type TestDatabase } from './support/server.js';
import { startWorld, type Answer, type OwnWorld } from './support/world.js';

/*
 * docs/administrators.md goes from an empty database to the first shared finding. Its commands and requests are read
 * from the page and done in order, each by the person it names, on a database that is empty.
 */

const CHECKOUT = join(import.meta.dirname, '..');
const SECTION = '## From an empty database to the first shared finding';

interface Block {
  language: string;
  /** Whose request it is. */
  who: string;
  text: string;
}

function blocksOf(page: string): Block[] {
  const [, after = ''] = page.split(SECTION);
  const [section = ''] = after.split(/^## /m);
  return [...section.matchAll(/^```(\w+) ?(\w*)\n(.*?)\n```$/gms)].map(
    ([, language = '', who = '', text = '']) => ({ language, who, text }),
  );
}

const blocks = blocksOf(readFileSync(join(CHECKOUT, 'docs', 'administrators.md'), 'utf8'));

let database: TestDatabase;
let world: OwnWorld;
/** What the words in capitals stand for. */
const words = new Map<string, string>();
/** The membership of each person who has come in. */
const members = new Map<string, string>();
beforeAll(async () => {
  database = await cloneDatabase({ empty: true });
  await migrate({ ownerUrl: database.ownerUrl, say: () => undefined });
  world = await startWorld({ database });
}, 60_000);
afterAll(() => world.close());

/** Runs a command of the page with the `entente` of this checkout. */
function run(command: string): string {
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-euc', `npx() { shift; "$NODE" "$CLI" "$@"; }; ${command}`],
    {
      cwd: CHECKOUT,
      encoding: 'utf8',
      env: {
        NODE: process.execPath,
        CLI: join(CHECKOUT, 'dist', 'apps', 'cli', 'main.js'),
        DATABASE_OWNER_URL: database.ownerUrl,
        PATH: '/usr/bin:/bin',
        HOME: '/nonexistent',
      },
    },
  );
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** Who has not come in yet does so, with the code that was given to that name. */
async function memberOf(who: string): Promise<string> {
  const known = members.get(who);
  if (known !== undefined) return known;
  const id = await accept(world, words.get(`CODE_OF_${who.toUpperCase()}`) ?? '', who);
  members.set(who, id);
  return id;
}

const filledIn = (text: string): string =>
  text.replace(/"([A-Z]+(?:_[A-Z]+)+|HASH)"/g, (_, word: string) => {
    const value = words.get(word);
    if (value === undefined) throw new Error(`Nothing on the page says what ${word} is.`);
    return JSON.stringify(value);
  });

/** `# PROPOSAL_ID is proposeAgency.subjectId` */
function learn(text: string, { data }: Answer<unknown>): void {
  for (const [, word = '', path = ''] of text.matchAll(/^# (\w+) is ([\w.]+)$/gm)) {
    const value = path
      .split('.')
      .reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], data);
    if (typeof value !== 'string') throw new Error(`The answer has no ${path}.`);
    words.set(word, value);
  }
}

async function send({ who, text }: Block): Promise<Answer<Record<string, unknown>>> {
  const client = world.member(await memberOf(who));
  return client.query<Record<string, unknown>>(filledIn(text));
}

const told: unknown[] = [];

test('every command and request of the page is done as it says', async () => {
  expect(blocks.length).toBeGreaterThan(20);
  for (const block of blocks) {
    if (block.language === 'sh') {
      const codes = run(block.text).matchAll(/^([\w-]{43}) {2}(\w+)$/gm);
      for (const [, code = '', name = ''] of codes) words.set(`CODE_OF_${name.toUpperCase()}`, code);
      continue;
    }
    const answer = await send(block);
    expect({ text: block.text, errors: answer.errors }).toEqual({ text: block.text, errors: [] });
    learn(block.text, answer);
    told.push(answer.data);
  }
  expect([...members.keys()].sort()).toEqual(
    ['abe', 'choi', 'han', 'ito', 'kim', 'lee', 'min', 'park', 'sato'].sort(),
  );
}, 60_000);

test('what it says of their outcome is so', async () => {
  const title = 'A theft from an exchange';
  expect(told).toContainEqual({
    findings: {
      nodes: [
        { state: 'RELEASED', author: { code: 'KR-FSC' }, revision: { document: { texts: [{ title }] } } },
      ],
    },
  });
  const approved = told.filter(
    (one) => JSON.stringify(one) === '{"approveAct":{"pendingAct":{"state":"DONE"}}}',
  );
  expect(approved).toHaveLength(blocks.filter(({ text }) => text.includes('approveAct')).length);
  const left = await world.member(members.get('abe') ?? '').ask('{ findings { nodes { id } } }');
  expect(left).toEqual({ findings: { nodes: [] } });
});
