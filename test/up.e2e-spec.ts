import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { cliConfig } from '#core';
import { DemoIssuer } from '#identity';
import { agencies } from '../apps/cli/demo/agencies.js';
import { answered, bearing } from '../apps/cli/list-import.js';
import { announced, checkoutRoot } from '../apps/cli/checkout.js';
import { ententeDirectory, ownDirectory } from '../apps/cli/embedded-postgres/index.js';
import { freePort } from '../apps/cli/ports.js';
import { childrenOf, eventually, isRunning, killHard, processesNaming } from './support/processes.js';

jest.setTimeout(180_000);

/** The folder of the demo under test: not the one of this checkout, whose demo may be running. */
let folder = '';
let begun: ChildProcess[] = [];

beforeEach(async () => {
  folder = await ownDirectory(mkdtempSync(join(await ententeDirectory(cliConfig()), 'spec-')));
  begun = [];
});

afterEach(async () => {
  for (const child of begun) child.kill('SIGKILL');
  await eventually('nothing of the demo is left', () => processesNaming(folder).length === 0);
  rmSync(folder, { recursive: true, force: true });
});

interface Demo {
  process: ChildProcess;
  /** Everything it wrote so far. */
  said(): string;
  /** Exit code or signal. */
  ended: Promise<number | NodeJS.Signals | null>;
}

/** `entente up`, in an environment that has nothing but a home. */
function up(port: number): Demo {
  const entente = join(checkoutRoot(), 'bin', 'entente.js');
  const child = spawn(process.execPath, [entente, 'up', '--directory', folder], {
    env: { HOME: cliConfig().home, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  begun.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  return { process: child, said: () => text, ended };
}

/** The URL the demo announces when all of it is ready. */
async function ready(demo: Demo): Promise<string> {
  let url: string | undefined;
  await eventually(
    'the demo is ready',
    async () => {
      if (demo.process.exitCode !== null) throw new Error(`The demo ended:\n${demo.said()}`);
      url = (await announced(folder))?.url;
      return url !== undefined && demo.said().includes(`Entente runs at ${url}`);
    },
    150,
  );
  return url ?? '';
}

const health = (url: string): Promise<number | 'refused'> =>
  fetch(`${url}/health`).then(
    (answer) => answer.status,
    () => 'refused' as const,
  );

/** A member of the demo asks the service. */
async function ask(url: string, agency: string, role: string, query: string): Promise<unknown> {
  const issuer = await DemoIssuer.open(join(folder, 'demo'));
  return answered(
    bearing(url, () => issuer.mint(issuer.memberId(agency, role) ?? '')),
    query,
    {},
  );
}

/** Of the events that the demo's receiver believed, those of a type: their places in the feed. */
const shown = (demo: Demo, wanted: string): number[] => {
  const line =
    /^entente: JP-FSA's system: verified evt_[0-9a-f-]+_[0-9a-f-]+_(\d+): \{"id":"\S+?","type":"([a-z.]+)"/gm;
  return [...demo.said().matchAll(line)].flatMap(([, at, type]) => (type === wanted ? [Number(at)] : []));
};

test('a release arrives at the system of an agency, and so does a recall after SIGKILL and another start', async () => {
  const first = up(await freePort('127.0.0.1', 0));
  const url = await ready(first);
  const story = '{ findings(filter: { states: [IN_REVIEW] }) { nodes { id sheets { revisionId } } } }';
  const { findings } = (await ask(url, 'KR-FSC', 'releaser', story)) as {
    findings: { nodes: { id: string; sheets: { revisionId: string }[] }[] };
  };
  const [waits] = findings.nodes;
  await eventually('the story has arrived', () => shown(first, 'finding.superseded').length > 0, 60);
  const [last = Infinity] = shown(first, 'finding.superseded');
  const isNew = (at: number): boolean => at > last;
  expect(shown(first, 'finding.released').some(isNew)).toBe(false);
  await ask(
    url,
    'KR-FSC',
    'releaser',
    `mutation { releaseFinding(input: { idempotencyKey: "spec", revisionId: "${waits?.sheets[0]?.revisionId}",
      recipients: [{ agencyId: "${agencies['JP-FSA'].id}" }] }) { finding { state } } }`,
  );
  await eventually('it arrives', () => shown(first, 'finding.released').some(isNew), 60);
  first.process.kill('SIGKILL');
  await first.ended;

  const second = up(await freePort('127.0.0.1', 0));
  const again = await ready(second);
  await ask(
    again,
    'KR-FSC',
    'releaser',
    `mutation { recallFinding(input: { idempotencyKey: "spec", findingId: "${waits?.id}", reason: "inaccurate" }) {
      finding { state } } }`,
  );
  await eventually('it arrives', () => shown(second, 'finding.recalled').length === 1, 60);
  // Of what came before, what was under way at the kill may come again, and nothing else.
  for (const at of shown(second, 'finding.released')) expect(shown(first, 'finding.released')).toContain(at);
  expect(second.said() + first.said()).not.toContain('NOT VERIFIED');
  second.process.kill('SIGINT');
  expect(await second.ended).toBe(0);
});

test('the demo starts, survives SIGKILL with its data, starts again, and leaves nothing at Ctrl-C', async () => {
  const first = up(await freePort('127.0.0.1', 0));
  const firstUrl = await ready(first);
  expect(await health(firstUrl)).toBe(200);
  expect(first.said()).toContain('creating the database cluster');

  const parts = childrenOf(first.process.pid); // PostgreSQL, its watcher, the API, the worker
  expect(parts).toHaveLength(4);
  first.process.kill('SIGKILL');
  await eventually('every part has ended', () => !parts.some(isRunning), 10);

  const second = up(await freePort('127.0.0.1', 0));
  const secondUrl = await ready(second);
  expect(await health(secondUrl)).toBe(200);
  expect(second.said()).not.toContain('creating the database cluster');
  expect(second.said()).toContain('The schema is up to date.');

  second.process.kill('SIGINT');
  expect(await second.ended).toBe(0);
  expect(await health(secondUrl)).toBe('refused');
  expect(processesNaming(folder)).toEqual([]);
  expect(await announced(folder)).toBeUndefined();
});

test('a second start in one folder says where the first one is; with its port taken a demo takes another', async () => {
  const port = await freePort('127.0.0.1', 0);
  const taker = createServer().listen(port, '127.0.0.1').unref();
  await once(taker, 'listening');
  const first = up(port);
  const url = await ready(first);
  expect(Number(new URL(url).port)).toBeGreaterThan(port);
  expect(first.said()).toContain(`port ${port} is taken`);

  const second = up(port);
  expect(await second.ended).toBe(1);
  expect(second.said()).toContain(`already runs at ${url} (process ${first.process.pid})`);
  expect(await health(url)).toBe(200);

  first.process.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  taker.close();
});

test('a demo whose PostgreSQL is killed says so, stops the rest, and starts again with its data', async () => {
  const first = up(await freePort('127.0.0.1', 0));
  const url = await ready(first);
  for (const pid of processesNaming('postgres', join(folder, 'postgres'), 'listen_addresses')) killHard(pid);
  expect(await first.ended).toBe(1);
  expect(first.said()).toContain('PostgreSQL ended by itself (signal SIGKILL)');
  expect(await health(url)).toBe('refused');

  const second = up(await freePort('127.0.0.1', 0));
  await ready(second);
  expect(second.said()).toContain('The schema is up to date.');
  second.process.kill('SIGINT');
  expect(await second.ended).toBe(0);
});
