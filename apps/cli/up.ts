import { join } from 'node:path';
import type { CliConfig } from '#core';
import { DemoIssuer } from '#identity';
import { banner } from './banner.js';
import { registerDemoWebhook, startDemoReceiver } from './demo-receiver.js';
import { announce, announced, demoFolder, withdraw } from './checkout.js';
import { runCommand, startApi, startWorker, type Api, type Environment, type Worker } from './child.js';
import {
  ententeDirectory,
  keptSecret,
  ownDirectory,
  startPostgres,
  waitForLock,
} from './embedded-postgres/index.js';
import { freePort } from './ports.js';
import { workerSettings } from './worker.js';

/** The logins of the processes; each gets only its own. */
interface Logins {
  app: string;
  worker?: string | undefined;
  owner?: string | undefined;
  setup?: string | undefined;
}

/** Why everything ends: a signal, or the Error to report. */
const SIGNALLED = 'signalled';

/**
 * `entente up`: the whole demo on an embedded PostgreSQL, or on the server of DATABASE_URL if ENTENTE_DEMO=1 is set
 * too; with DATABASE_URL alone, the API on that server and nothing else. Returns after SIGINT, SIGTERM or SIGHUP, when
 * everything has stopped.
 *
 * @param directory  where the demo keeps everything, instead of a folder of Entente's own directory
 * @throws Error if a part cannot start, or ends by itself; everything else is stopped then
 */
export async function up(settings: CliConfig, directory: string | undefined): Promise<void> {
  const end = new AbortController();
  endOnSignal(end);
  try {
    if (settings.databaseUrl !== undefined && !settings.demo) {
      await apiAlone(settings.databaseUrl, settings, end.signal);
      return;
    }
    const home = await ententeDirectory(settings);
    await demo(settings, home, await ownDirectory(directory ?? (await demoFolder(home))), end);
  } catch (error) {
    if (error !== SIGNALLED) throw error;
  }
}

/** The first signal ends everything in order; later ones change nothing: npm sends each Ctrl-C a second time. */
function endOnSignal(end: AbortController): void {
  const receive = (): void => {
    if (!end.signal.aborted) say('stopping');
    end.abort(SIGNALLED);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive);
}

const say = (line: string): void => void process.stdout.write(`entente: ${line}\n`);

async function demo(settings: CliConfig, home: string, folder: string, end: AbortController): Promise<void> {
  // Waits a little: the one before may be about to end.
  const lock = await waitForLock(join(folder, 'up.lock'), 3);
  if (!lock) throw new Error(await alreadyRunning(folder));
  try {
    await withdraw(folder);
    const { databaseUrl: app, workerUrl: worker, ownerUrl: owner, setupUrl: setup } = settings;
    if (app === undefined) await demoOnEmbedded(settings, home, folder, end);
    else await demoOn({ app, worker, owner, setup }, settings, folder, end.signal);
  } finally {
    await withdraw(folder);
    lock.release();
  }
}

async function alreadyRunning(folder: string): Promise<string> {
  const demo = await announced(folder);
  return demo
    ? `The demo of this checkout already runs at ${demo.url} (process ${demo.pid}). Stop that one first.`
    : 'The demo of this checkout is already being started by another process.';
}

async function demoOnEmbedded(
  settings: CliConfig,
  home: string,
  folder: string,
  end: AbortController,
): Promise<void> {
  const postgres = await startPostgres({ home, directory: join(folder, 'postgres'), durable: true, say });
  try {
    void postgres.ended.then((how) =>
      end.abort(new Error(`PostgreSQL ended by itself (${how}). Its data is kept: start again.`)),
    );
    const owner = await keptSecret(join(folder, 'owner.password'));
    const app = await keptSecret(join(folder, 'app.password'));
    const worker = await keptSecret(join(folder, 'worker.password'));
    const logins = {
      setup: postgres.superuserUrl,
      owner: postgres.url('entente_owner', owner, 'entente'),
      app: postgres.url('entente_app', app, 'entente'),
      worker: postgres.url('entente_worker', worker, 'entente'),
    };
    await demoOn(logins, settings, folder, end.signal);
  } finally {
    await postgres.stop();
  }
}

/** Schema, worker, API, findings: on a server that is there. */
async function demoOn(logins: Logins, settings: CliConfig, folder: string, end: AbortSignal): Promise<void> {
  end.throwIfAborted();
  const ENTENTE_DEMO_DIRECTORY = await ownDirectory(join(folder, 'demo'));
  say('bringing the schema up to date');
  const migrate = {
    DATABASE_URL: logins.app,
    DATABASE_WORKER_URL: logins.worker,
    DATABASE_OWNER_URL: logins.owner,
    DATABASE_SETUP_URL: logins.setup,
  };
  await runCommand('migrate', { ...migrate, HOME: settings.home }, end);
  const mode = { ENTENTE_DEMO: '1', ENTENTE_DEMO_DIRECTORY };
  await runCommand('enrol', { ...mode, DATABASE_OWNER_URL: logins.owner, HOME: settings.home }, end);

  const worker = await workerOf(logins, settings, ENTENTE_DEMO_DIRECTORY, end);
  try {
    const env = { ...mode, ...apiSettings(settings), DATABASE_URL: logins.app };
    await serve(await startOnFreePort(env, settings, end), worker, end, async (url) => {
      const issuer = await DemoIssuer.open(ENTENTE_DEMO_DIRECTORY);
      if (worker) await registerDemoWebhook(url, issuer);
      say('posting the findings of the demo');
      await runCommand('seed', { ...mode, ENTENTE_URL: url, HOME: settings.home }, end);
      await announce(folder, { url, pid: process.pid });
      process.stdout.write(banner(url, issuer.members));
    });
  } finally {
    await worker?.stop();
  }
}

/** With the system of an agency that shows what arrives. On a server of others the worker may be somebody else's to run. */
async function workerOf(
  { worker: workerUrl }: Logins,
  settings: CliConfig,
  demoDirectory: string,
  end: AbortSignal,
): Promise<Worker | null> {
  if (workerUrl === undefined) {
    say('no DATABASE_WORKER_URL: the feeds move when `npx entente worker` runs');
    return null;
  }
  const webhookKeys = settings.webhookKeys ?? [(await DemoIssuer.open(demoDirectory)).webhookKey];
  const own = { ...settings, workerUrl, webhookKeys };
  const receiver = await startDemoReceiver(own, say);
  try {
    const { ended, stop } = await startWorker({ ...workerSettings(own), ...receiver.environment }, end);
    return { ended, stop: () => stop().finally(receiver.stop) };
  } catch (error) {
    receiver.stop();
    throw error;
  }
}

/** The port is found free some time before the API listens on it: another demo may be faster. */
async function startOnFreePort(env: Environment, { host, port }: CliConfig, end: AbortSignal): Promise<Api> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const free = await freePort(host, port);
    say(
      free === port
        ? `starting the API on port ${free}`
        : `port ${port} is taken: starting the API on ${free}`,
    );
    const api = await startApi(env, { host, port: free }, end);
    if (api) return api;
  }
  throw new Error(`Every port tried from ${port} on was taken by another process before the API listened.`);
}

/** What of our own environment is meant for the API. */
const apiSettings = ({
  logLevel,
  pool,
  agency,
  authSecret,
  publicUrl,
  localProviders,
  localReceivers,
  trustedProxies,
  certificateHeader,
  tools,
  signInsAMinute,
  webhookKeys,
}: CliConfig): Environment => ({
  LOG_LEVEL: logLevel,
  DATABASE_POOL: String(pool),
  AGENCY_BUDGET: String(agency.budget),
  AGENCY_AT_ONCE: String(agency.atOnce),
  ENTENTE_AUTH_SECRET: authSecret?.toString('base64'),
  ENTENTE_WEBHOOK_KEY: webhookKeys?.[0]?.toString('base64'),
  ENTENTE_WEBHOOK_KEY_BEFORE: webhookKeys?.[1]?.toString('base64'),
  SIGN_INS_A_MINUTE: String(signInsAMinute),
  ENTENTE_PUBLIC_URL: publicUrl,
  ENTENTE_LOCAL_PROVIDERS: localProviders,
  ENTENTE_LOCAL_RECEIVERS: localReceivers,
  ENTENTE_TRUSTED_PROXIES: trustedProxies,
  ENTENTE_CERTIFICATE_HEADER: certificateHeader,
  ENTENTE_TOOLS: tools,
});

async function apiAlone(databaseUrl: string, settings: CliConfig, end: AbortSignal): Promise<void> {
  const { host, port } = settings;
  const api = await startApi({ ...apiSettings(settings), DATABASE_URL: databaseUrl }, { host, port }, end);
  if (!api) throw new Error(`Port ${port} is taken: name another in PORT.`);
  await serve(api, null, end, async (url) => say(`listening at ${url}`));
}

/** Lets the API, and the worker if there is one, run until the end. */
async function serve(
  api: Api,
  worker: Worker | null,
  end: AbortSignal,
  whenReady: (url: string) => Promise<void>,
): Promise<void> {
  try {
    await whenReady(api.url);
    const ended = [api.ended.then((how) => `The API ended by itself (${how}).`)];
    if (worker) ended.push(worker.ended.then((how) => `The worker ended by itself (${how}).`));
    const why = await Promise.race([...ended, untilAborted(end)]);
    end.throwIfAborted();
    throw new Error(why ?? 'Stopped.');
  } finally {
    await api.stop();
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
