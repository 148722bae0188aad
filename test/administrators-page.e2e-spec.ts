import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApp } from '../apps/api/create-app.js';
import { migrate } from '../apps/cli/migrate.js';
import { Authenticator } from './support/authenticator.js';
import { answer, loggedIn, optionsOf } from './support/passkeys.js';
import { answerTo, newCommandLine, type Tokens, type Tool } from './support/person.js';
import { cloneDatabase, type TestDatabase } from './support/server.js';

/*
 * docs/administrators.md goes from an empty database to the first shared finding. Its commands and requests are read
 * from the page and done in order, each by the person it names, on a database that is empty and outside the demo: every
 * one signs a command line in, with a passkey, and the code of an invitation the first time.
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
let url: string;
let stop: () => Promise<void>;
/** What the words in capitals stand for. */
const words = new Map<string, string>();
/** Each person's command line, once signed in. */
interface SignedIn {
  tool: Tool;
  tokens: Tokens;
}
const people = new Map<string, SignedIn>();
beforeAll(async () => {
  database = await cloneDatabase({ empty: true });
  await migrate({ ownerUrl: database.ownerUrl, say: () => undefined });
  const app = await createApp({
    databaseUrl: database.appUrl,
    pool: 4,
    agency: { budget: 1_000_000, atOnce: 1_000 },
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    demoDirectory: null,
    authSecret: randomBytes(32),
    webhookKeys: [randomBytes(32)],
  });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  stop = () => app.close();
}, 60_000);
afterAll(async () => {
  await stop();
  await database.drop();
});

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
async function signedIn(who: string): Promise<SignedIn> {
  const known = people.get(who);
  if (known) return known;
  const tool = await newCommandLine({ url });
  const code = words.get(`CODE_OF_${who.toUpperCase()}`) ?? '';
  const tokens = await loggedIn(tool, async (browser, page) => {
    const making = await browser.submit(page, 'invitation', code);
    return answer(browser, making, new Authenticator(url).make(optionsOf(making)), `${who}'s`);
  });
  people.set(who, { tool, tokens });
  return { tool, tokens };
}

const filledIn = (text: string): string =>
  text.replace(/"([A-Z]+(?:_[A-Z]+)+|HASH)"/g, (_, word: string) => {
    const value = words.get(word);
    if (value === undefined) throw new Error(`Nothing on the page says what ${word} is.`);
    return JSON.stringify(value);
  });

/** `# PROPOSAL_ID is proposeAgency.subjectId` */
function learn(text: string, data: unknown): void {
  for (const [, word = '', path = ''] of text.matchAll(/^# (\w+) is ([\w.]+)$/gm)) {
    const value = path
      .split('.')
      .reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], data);
    if (typeof value !== 'string') throw new Error(`The answer has no ${path}.`);
    words.set(word, value);
  }
}

async function send(who: string, text: string) {
  const { tool, tokens } = await signedIn(who);
  const { data, errors = [] } = await answerTo(tool, tokens, filledIn(text));
  return { data, errors };
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
    const { data, errors } = await send(block.who, block.text);
    expect({ text: block.text, errors }).toEqual({ text: block.text, errors: [] });
    learn(block.text, data);
    told.push(data);
  }
  expect([...people.keys()].sort()).toEqual(
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
  const left = await send('abe', '{ findings { nodes { id } } }');
  expect(left).toEqual({ data: { findings: { nodes: [] } }, errors: [] });
});
