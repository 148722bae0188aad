import { spawnSync } from 'node:child_process';
import { checkoutRoot } from '../../apps/cli/checkout.js';
import { freePort } from '../../apps/cli/ports.js';
import { startApi, type Api } from '../../apps/cli/child.js';
import type { World } from './world.js';

/** What an API process of this world's database is told that is in no demo. */
export const production = (world: World) => ({
  DATABASE_URL: world.database.appUrl,
  ENTENTE_AUTH_SECRET: world.issuer.authSecret.toString('base64'),
  ENTENTE_WEBHOOK_KEY: world.issuer.webhookKey.toString('base64'),
  SIGN_INS_A_MINUTE: '1000000',
});

/** Another API process with the same database, secret and public address; it is in no demo. */
export const startSecond = (world: World): Promise<Api> =>
  startProduction(world, { ENTENTE_PUBLIC_URL: world.url });

/** An API process with the same database and secret, in no demo. Its address is its own if nothing else is said. */
export async function startProduction(world: World, more: Record<string, string>): Promise<Api> {
  const settings = { host: '127.0.0.1', port: await freePort('127.0.0.1', 0) };
  const env = { ...production(world), ...more };
  const api = await startApi(env, settings, new AbortController().signal);
  if (!api) throw new Error('The port was taken meanwhile.');
  return api;
}

/** Runs a command, or a process that does not start, to its end. */
export const entente = (command: string[], env: Record<string, string>) =>
  spawnSync(process.execPath, command, {
    cwd: checkoutRoot(),
    env: { HOME: '/nonexistent', PORT: '0', ...env },
    encoding: 'utf8',
    // An API that starts although it should not would never end.
    timeout: 60_000,
  });
