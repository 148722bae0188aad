import { freePort } from '../../apps/cli/ports.js';
import { startApi, type Api } from '../../apps/cli/child.js';
import type { World } from './world.js';

/** What an API process of this world's database is told that is in no demo. */
export const production = (world: World) => ({
  DATABASE_URL: world.database.appUrl,
  ENTENTE_AUTH_SECRET: world.issuer.authSecret.toString('base64'),
});

/** Another API process with the same database, secret and public address; it is in no demo. */
export async function startSecond(world: World): Promise<Api> {
  const settings = { host: '127.0.0.1', port: await freePort('127.0.0.1', 0) };
  const env = { ...production(world), ENTENTE_PUBLIC_URL: world.url };
  const api = await startApi(env, settings, new AbortController().signal);
  if (!api) throw new Error('The port was taken meanwhile.');
  return api;
}
