import { Command } from 'commander';
import { cliConfig } from '#core';
import type { Who } from './list-import.js';
import type { DoctorOptions } from './doctor.js';
import type { PushOptions } from './push.js';

/** An option that may be given more than once. */
const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

const say = (line: string): void => void process.stdout.write(`entente: ${line}\n`);

interface ListenArguments {
  port: number;
  host: string;
  secret?: string;
  publicKey?: string;
}

const program = new Command('entente').description('Agencies post, release and query shared findings');

program
  .command('up')
  .description(
    'start the demo: PostgreSQL, schema, API and findings (with DATABASE_URL: the API on that server)',
  )
  .option('--directory <path>', 'keep the demo in this directory, instead of the one of this checkout')
  .action(async ({ directory }: { directory?: string }) => {
    const { up } = await import('./up.js');
    await up(cliConfig(), directory);
  });

program
  .command('migrate')
  .description(
    'bring roles, database and schema up to date (DATABASE_OWNER_URL; the first time DATABASE_SETUP_URL)',
  )
  .action(async () => {
    const { migrate } = await import('./migrate.js');
    const { ownerUrl, setupUrl, databaseUrl, workerUrl } = cliConfig();
    if (ownerUrl === undefined)
      throw new Error('DATABASE_OWNER_URL is not set: migrate needs role entente_owner.');
    await migrate({ ownerUrl, setupUrl, appUrl: databaseUrl, workerUrl, say });
  });

program
  .command('worker')
  .description('number what was committed, so that the feeds move, until stopped (DATABASE_WORKER_URL)')
  .action(async () => {
    const { worker } = await import('./worker.js');
    await worker(cliConfig());
  });

program
  .command('feed:epoch')
  .description('after a restore from a backup: begin a new epoch, so that no cursor from before is good')
  .action(async () => {
    const { beginEpoch } = await import('./worker.js');
    say(`the feeds have the epoch ${await beginEpoch(cliConfig())} from now on`);
  });

program
  .command('agency:bootstrap')
  .description(
    'make the hub in an empty database, or invite the operators it is short of, and print a one-time code for each (DATABASE_OWNER_URL)',
  )
  .argument('<code>', 'its handle: HUB')
  .option(
    '--name <language=name>',
    'what it is called; once for each language; none if it is there',
    collect,
    [],
  )
  .requiredOption(
    '--operator <name>',
    'who is to be an operator: at least two, or as many as are missing',
    collect,
  )
  .action(async (code: string, { name, operator }: { name: string[]; operator: string[] }) => {
    const { bootstrapHub } = await import('./bootstrap.js');
    process.stdout.write(await bootstrapHub(cliConfig(), code, name, operator));
  });

program
  .command('client:key')
  .description(
    'make a key for a system client: the private half in a new file, the public half printed as GraphQL',
  )
  .argument('<file>', 'where the private key is to be')
  .option('--inbound', 'for what the client posts, and not for tokens')
  .action(async (file: string, { inbound }: { inbound?: boolean }) => {
    const { makeKey } = await import('./client.js');
    process.stdout.write(`${await makeKey(file, inbound)}\n`);
  });

program
  .command('client:ask')
  .description('send a query as a system client, with a token it gets by its key, and print the answer')
  .argument('<client>', 'its id')
  .argument('<file>', 'its private key')
  .argument('<query>', 'GraphQL')
  .action(async (client: string, file: string, query: string) => {
    const { askAsClient } = await import('./client.js');
    process.stdout.write(`${await askAsClient(cliConfig(), client, file, query)}\n`);
  });

program
  .command('push')
  .description(
    'post what is in a file (a finding, several, or an event as docs/systems.md has them) as a system client',
  )
  .argument('<file>', 'JSON')
  .requiredOption('--client <id>', 'the system client')
  .requiredOption(
    '--key <file>',
    'its private key for what it posts (use: INBOUND); with --token, the one for tokens',
  )
  .option('--token', 'come with a token in place of a signature')
  .option('--id <id>', "the message's id, if not the hash of what is posted: the same id has one effect")
  .action(async (file: string, options: PushOptions) => {
    const { push } = await import('./push.js');
    process.stdout.write(`${await push(cliConfig(), file, options)}\n`);
  });

program
  .command('doctor')
  .description("look at what an agency's system needs: address, clock, key, signature, token, feed, endpoint")
  .requiredOption('--client <id>', 'the system client')
  .option('--key <file>', 'its private key for what it posts (use: INBOUND)')
  .option('--token-key <file>', 'its private key for tokens')
  .option('--endpoint <url>', "where your agency's system takes webhooks")
  .action(async (options: DoctorOptions) => {
    const { doctor } = await import('./doctor.js');
    const well = await doctor(cliConfig(), options, (line) => void process.stdout.write(`${line}\n`));
    if (!well) process.exitCode = 1;
  });

program
  .command('keys:rotate')
  .description(
    'make a new key for signing tokens; the one before it stays good for its tokens (DATABASE_URL, ENTENTE_AUTH_SECRET)',
  )
  .option('--stolen', 'the one before is good for nothing from now on; restart the API processes then')
  .action(async ({ stolen = false }: { stolen?: boolean }) => {
    const { rotateKeys } = await import('./keys.js');
    say(`signing with the key ${await rotateKeys(cliConfig(), stolen)} from now on`);
  });

program
  .command('webhooks:rotate-key')
  .description(
    'make a new key for v1a; those before it sign for a while, too (DATABASE_WORKER_URL, ENTENTE_WEBHOOK_KEY)',
  )
  .option('--days <number>', 'for how long they do', Number, 14)
  .action(async ({ days }: { days: number }) => {
    const { rotateKey } = await import('./webhooks.js');
    say(`signing with the key ${await rotateKey(cliConfig(), days)} too, from now on`);
  });

program
  .command('webhooks:rewrap')
  .description(
    'seal what webhooks are signed with under another key (DATABASE_WORKER_URL, ENTENTE_WEBHOOK_KEY, ENTENTE_WEBHOOK_KEY_BEFORE)',
  )
  .option('--forget', 'end what does not open: the key before is lost')
  .action(async ({ forget = false }: { forget?: boolean }) => {
    const { rewrapSecrets } = await import('./webhooks.js');
    for (const line of await rewrapSecrets(cliConfig(), forget)) say(line);
  });

program
  .command('listen')
  .description('receive webhooks: verify what arrives, and print it')
  .requiredOption('--port <number>', 'where to listen', Number)
  .option('--secret <whsec>', 'verifies v1: whsec_ and base64')
  .option('--public-key <whpk>', 'verifies v1a: whpk_ and base64')
  .option('--host <address>', 'on which address', '127.0.0.1')
  .action(async ({ port, host, secret, publicKey }: ListenArguments) => {
    const { listen } = await import('./listen.js');
    const keys = [secret, publicKey].filter((key) => key !== undefined);
    if (keys.length === 0) throw new Error('listen needs --secret or --public-key.');
    const address = (await listen({ host, port, keys, say })).address();
    say(`listening on http://${host}:${typeof address === 'object' ? address?.port : port}/`);
  });

program
  .command('enrol')
  .description("bring in the demo's agencies, people and arrangements (demo mode; DATABASE_OWNER_URL)")
  .action(async () => {
    const { enrolDemo } = await import('./enrol.js');
    const { ownerUrl, demo, demoDirectory } = cliConfig();
    if (!demo || ownerUrl === undefined || demoDirectory === undefined)
      throw new Error('enrol needs ENTENTE_DEMO=1, ENTENTE_DEMO_DIRECTORY and DATABASE_OWNER_URL.');
    await enrolDemo(ownerUrl, demoDirectory);
  });

program
  .command('seed')
  .description("post the demo's findings over GraphQL, each as its author (demo mode; ENTENTE_URL)")
  .action(async () => {
    const [{ seed }, { demoIssuer }] = await Promise.all([import('./seed.js'), import('./token.js')]);
    const settings = cliConfig();
    if (settings.url === undefined) throw new Error('ENTENTE_URL is not set: seed posts to that API.');
    await seed({ url: settings.url, issuer: await demoIssuer(settings), say });
  });

program
  .command('token')
  .description('print an access token of a demo member, good for five minutes: entente token KR-FSC analyst')
  .argument('<agency>', 'code of the agency')
  .argument(
    '<role>',
    'analyst, contributor, releaser, liaison, agency-admin, auditor or operator; the second: operator-2',
  )
  .action(async (agency: string, role: string) => {
    const { demoToken } = await import('./token.js');
    process.stdout.write(`${await demoToken(cliConfig(), agency, role)}\n`);
  });

program
  .command('login')
  .description(
    'sign in by a browser: an address and a code are shown, and who signs in there is who asks here',
  )
  .option('--api <url>', "the service, instead of this checkout's running demo")
  .option('--again', 'prove who you are once more, as what is dangerous asks for')
  .action(async ({ api, again = false }: { api?: string; again?: boolean }) => {
    const { login } = await import('./person.js');
    await login(cliConfig(), { api, again }, say);
    say('signed in');
  });

program
  .command('logout')
  .description('end the session of `entente login`')
  .action(async () => {
    const { logout } = await import('./person.js');
    await logout(cliConfig());
    say('signed out');
  });

program
  .command('ask')
  .description("send a query as who is signed in, or to this checkout's running demo as one of its members")
  .argument('<words...>', '<query>, or <agency> <role> <query>, as for token')
  .action(async (words: string[]) => {
    const [first = '', role, query] = words;
    if (words.length !== 1 && words.length !== 3)
      throw new Error('ask wants a query alone, or an agency, a role and a query.');
    const answer =
      role === undefined || query === undefined
        ? await (await import('./person.js')).askAsPerson(cliConfig(), first)
        : await (await import('./ask.js')).askDemo(cliConfig(), first, role, query);
    process.stdout.write(`${answer}\n`);
  });

program
  .command('ledger:fetch')
  .description("save your agency's ledger, as two have approved its export, and see that it is whole")
  .argument('<id>', 'of the pending act')
  .argument('<file>', 'a new one: an entry of JSON on each line, the last counts them')
  .option('--agency <code>', 'in the demo: whose ledger it is')
  .option('--role <role>', 'in the demo: auditor; operator of the HUB')
  .action(async (id: string, file: string, options: { agency?: string; role?: string }) => {
    const { fetchLedger } = await import('./ledger-fetch.js');
    say(`${await fetchLedger(cliConfig(), id, file, options)} entries, whole`);
  });

interface ListOptions extends Who {
  name: string;
  kind: string;
  source: string;
  licence?: string;
  retrieved?: string;
  type?: string;
  chain?: string;
  label?: string;
  service?: string;
  jurisdiction?: string;
}

program
  .command('list:import')
  .description('stage and publish the next version of a reference list: a text, a CSV or a JSON file')
  .argument('<file>', 'a value in each line; or a CSV with a heading; or a JSON array')
  .requiredOption('--name <name>', 'what the list is called; it is made if it is not there')
  .requiredOption('--kind <kind>', 'SANCTIONS or SERVICE')
  .requiredOption('--source <source>', 'from where the file is')
  .option('--licence <licence>', 'on what terms it may be used')
  .option('--retrieved <time>', "when it was fetched, RFC 3339; the file's own time if left out")
  .option('--label <label>', 'whose the values are, where the file does not say')
  .option('--type <type>', 'wallet, domain..., where the file does not say')
  .option('--chain <chain>', 'ethereum, tron..., where the file does not say')
  .option('--service <service>', 'exchange, bridge, mixer or other, where the file does not say')
  .option('--jurisdiction <code>', 'ISO 3166-1 alpha-2, where the file does not say')
  .option('--agency <code>', 'in the demo: whose list it is; HUB for everybody’s')
  .option('--role <role>', 'in the demo: contributor, liaison; operator of the HUB')
  .option('--client <id>', 'a system client of the agency')
  .option('--key <file>', "with the system client's private key")
  .action(async (file: string, options: ListOptions) => {
    const [{ readListFile }, { importList, askerOf, bar }] = await Promise.all([
      import('./list-file.js'),
      import('./list-import.js'),
    ]);
    const { name, kind, source, licence, retrieved, type, chain, label, service, jurisdiction } = options;
    const list = await readListFile(file, { type, chain, label, service, jurisdiction });
    const header = { name, kind, source, licence, retrievedAt: retrieved ?? list.modified.toISOString() };
    const shown = bar(list.rows.length);
    const told = await importList(await askerOf(cliConfig(), options), header, list, shown.update).finally(
      shown.stop,
    );
    for (const { place, reason } of told.refused) say(`row ${place} is not taken: ${reason}`);
    const { changed, keys, pendingAct } = told;
    say(`${list.rows.length - told.refused.length} of ${list.rows.length} rows taken, ${keys} keys`);
    if (changed)
      say(
        `version ${changed.number}: ${changed.added} came, ${changed.removed} went, ${changed.unchanged} stayed`,
      );
    if (pendingAct)
      say(`waits for a second person: approveAct ${pendingAct.id} with the hash ${pendingAct.hash}`);
  });

interface ImportOptions extends Who {
  kind: string;
  encoding: string;
  delimiter?: string;
  zone?: string;
  new?: string;
  type?: string;
  chain?: string;
  whose?: string;
  asset?: string;
  decimals?: string;
}

program
  .command('import')
  .description(
    'load indicators or transfers into a dataset and seal it: a CSV with a heading, or JSON in lines',
  )
  .argument('<file>', '.csv, or .jsonl with an Indicator or Transfer as in a document on each line')
  .requiredOption('--kind <kind>', 'INDICATORS or TRANSFERS')
  .option(
    '--new <document>',
    'then draft a finding: a JSON file with its document, to which the dataset is added',
  )
  .option('--encoding <name>', 'of the file: utf-8, cp949, shift_jis, gb18030...', 'utf-8')
  .option('--delimiter <mark>', 'between columns; what the heading has most of, if left out')
  .option('--zone <zone>', 'of the times in it: Asia/Seoul, UTC+9')
  .option('--type <type>', 'wallet, domain..., where the file does not say')
  .option('--chain <chain>', 'ethereum, tron..., where the file does not say')
  .option('--whose <role>', 'suspect, victim, third-party, service or unknown, where the file does not say')
  .option('--asset <code>', 'of transfers, where the file does not say')
  .option('--decimals <number>', 'of the asset, where the file does not say')
  .option('--agency <code>', 'in the demo: whose dataset it is')
  .option('--role <role>', 'in the demo: contributor')
  .option('--client <id>', 'a system client of the agency')
  .option('--key <file>', "with the system client's private key")
  .action(async (file: string, options: ImportOptions) => {
    const [{ stat }, { askerOf, bar }, { draftNaming, importFile }] = await Promise.all([
      import('node:fs/promises'),
      import('./list-import.js'),
      import('./dataset-import.js'),
    ]);
    const { kind, encoding, delimiter, zone, type, chain, whose, asset, decimals } = options;
    if (kind !== 'INDICATORS' && kind !== 'TRANSFERS') throw new Error('--kind is INDICATORS or TRANSFERS.');
    const defaults = kind === 'INDICATORS' ? { type, chain, role: whose } : { chain, asset, decimals };
    const ask = await askerOf(cliConfig(), options);
    const shown = bar((await stat(file)).size, 'bytes');
    let read = 0;
    const { dataset, refused } = await importFile(
      ask,
      file,
      { kind, encoding, delimiter, zone, defaults },
      (bytes) => shown.update((read += bytes)),
    ).finally(shown.stop);
    const { id, hash, count, loading } = dataset;
    for (const { line, reason } of refused) say(`line ${line} is not taken: ${reason}`);
    if (loading.refused > refused.length)
      say(`and ${loading.refused - refused.length} more: dataset(id: "${id}") { refusals } lists them`);
    say(`${count} of ${loading.received} rows taken, ${loading.duplicates} duplicates`);
    if (hash === null) throw new Error('No row was taken: there is nothing to seal.');
    say(`sealed: name it in the datasets of a document by ${hash}`);
    if (options.new !== undefined) say(`drafted finding ${await draftNaming(ask, options.new, hash)}`);
  });

program
  .command('list:rollback')
  .description('give a reference list the contents of an earlier version again')
  .argument('<list>', 'its id')
  .argument('<version>', 'the number of that version')
  .option('--agency <code>', 'in the demo: whose list it is')
  .option('--role <role>', 'in the demo: contributor, liaison; operator of the HUB')
  .option('--client <id>', 'a system client of the agency')
  .option('--key <file>', "with the system client's private key")
  .action(async (list: string, version: string, options: Who) => {
    const { askerOf, rollBack } = await import('./list-import.js');
    const pendingAct = await rollBack(await askerOf(cliConfig(), options), list, Number(version));
    say(
      pendingAct
        ? `waits for a second person: approveAct ${pendingAct.id} with the hash ${pendingAct.hash}`
        : `it has again what version ${version} had`,
    );
  });

try {
  await program.parseAsync();
} catch (error) {
  // A plain Error is a message for whoever typed the command; anything else is a fault of ours and is shown whole.
  const plain = error instanceof Error && error.constructor === Error && error.message !== '';
  process.stderr.write(plain ? `entente: ${error.message}\n` : '');
  if (!plain) console.error(error);
  process.exitCode = 1;
}
