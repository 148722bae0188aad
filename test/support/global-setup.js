import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startThrowAwayPostgres, ententeDirectory } from '../../dist/apps/cli/embedded-postgres/index.js';
import { migrate } from '../../dist/apps/cli/migrate.js';
import { enrol, rosterSchema } from '../../dist/libs/access/index.js';
import { cliConfig } from '../../dist/libs/core/index.js';
import { roster } from './roster.ts';

/**
 * One PostgreSQL for the run (the embedded one, or the server of DATABASE_SETUP_URL), with a migrated template that
 * has the specs' agencies in it. Each spec file clones it.
 */
export default async function setUp() {
  const config = cliConfig();
  const silent = () => {};
  const embedded = config.setupUrl
    ? null
    : await startThrowAwayPostgres(await ententeDirectory(config), silent);
  const setupUrl = config.setupUrl ?? embedded.superuserUrl;
  // Never a name that was: what an earlier run left there would pass for migrated.
  const template = `entente_template_${randomBytes(6).toString('hex')}`;
  const login = (user) => {
    const url = new URL(setupUrl);
    url.username = user;
    url.password = randomBytes(12).toString('hex');
    url.pathname = `/${template}`;
    return url.href;
  };
  const ownerUrl = login('entente_owner');
  const appUrl = login('entente_app');
  const workerUrl = login('entente_worker');
  await migrate({ ownerUrl, setupUrl, appUrl, workerUrl, say: silent });
  await enrol(ownerUrl, rosterSchema.parse(roster));
  // Workers inherit the environment; it is how jest hands anything down to them.
  process.env.ENTENTE_TEST_SERVER = JSON.stringify({ setupUrl, ownerUrl, appUrl, workerUrl, template });
  globalThis.ententeTestServer = embedded ?? { stop: () => drop(setupUrl, template) };
}

/** Nothing is left on a server that is not ours. */
async function drop(setupUrl, template) {
  const client = new Client({ connectionString: setupUrl });
  await client.connect();
  await client.query(`drop database ${template} with (force)`);
  await client.end();
}
