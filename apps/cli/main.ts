import { Command } from 'commander';
import { cliConfig } from '#core';

const say = (line: string): void => void process.stdout.write(`entente: ${line}\n`);

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
    const { ownerUrl, setupUrl, databaseUrl } = cliConfig();
    if (ownerUrl === undefined)
      throw new Error('DATABASE_OWNER_URL is not set: migrate needs role entente_owner.');
    await migrate({ ownerUrl, setupUrl, appUrl: databaseUrl, say });
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
