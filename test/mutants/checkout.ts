import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { cliConfig } from '#core';
import { ententeDirectory, startThrowAwayPostgres } from '../../apps/cli/embedded-postgres/index.js';
import type { Mutant } from './mutant.js';

export const original = join(import.meta.dirname, '..', '..', '..');
/** What a copy does without: it builds its own dist/, and borrows the packages. */
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', 'coverage']);
/** Milliseconds after which a run hangs. */
const PATIENCE = 300_000;

const resultSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

/** What became of the specs of one run; `trouble` where they did not even run. */
export interface Ran {
  tests: { spec: string; name: string; failed: boolean }[];
  trouble?: string;
}

/** A copy of the checkout with a PostgreSQL of its own, to break and to mend. */
export interface Checkout {
  /** Applies the mutant, runs its specs until one fails, and takes it back. */
  runWith(mutant: Mutant): Promise<Ran>;
  run(specs: readonly string[]): Promise<Ran>;
  remove(): Promise<void>;
}

/** @param stop ends whatever runs in it */
export async function copyCheckout(stop: AbortSignal): Promise<Checkout> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-mutants-'));
  const filter = (path: string) => !LEFT_OUT.has(basename(path));
  await cp(original, directory, { recursive: true, filter });
  await symlink(join(original, 'node_modules'), join(directory, 'node_modules'));
  const postgres = await startThrowAwayPostgres(await ententeDirectory(cliConfig()), () => undefined);
  const env = { HOME: homedir(), DATABASE_SETUP_URL: postgres.superuserUrl };

  /** Runs Node in the copy. @returns what it said if it failed */
  const node = (...words: string[]) =>
    new Promise<string | null>((resolve) => {
      const options = { cwd: directory, env, signal: stop, timeout: PATIENCE };
      execFile(process.execPath, words, options, (error, stdout, stderr) =>
        resolve(error && `${error.message}\n${stdout}${stderr}`),
      );
    });

  const run = async (specs: readonly string[]): Promise<Ran> => {
    const unbuilt = await node('bin/entente.js', 'build');
    if (unbuilt !== null) return { tests: [], trouble: unbuilt };
    const output = join(directory, 'result.json');
    await rm(output, { force: true });
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
    const cache = `--cacheDirectory=${join(directory, '.jest')}`;
    const said = await node(...jest, '--json', `--outputFile=${output}`, cache, ...specs.map(pathOf));
    return ranOf(await readFile(output, 'utf8').catch(() => null), said);
  };

  return {
    run,
    runWith: async ({ file, find, into, specs }) => {
      const whole = await allThatSay(directory, file, find);
      for (const [path, text] of whole)
        await writeFile(
          path,
          text.replace(find, () => into),
        );
      try {
        // One after the other: with --bail jest leaves no result.
        let ran: Ran = { tests: [] };
        for (const spec of specs) {
          ran = await run([spec]);
          if (ran.trouble !== undefined || ran.tests.some((test) => test.failed)) break;
        }
        return ran;
      } finally {
        for (const [path, text] of whole) await writeFile(path, text);
      }
    },
    remove: async () => {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A function that a later migration states again is changed there too: path and text of each. */
async function allThatSay(directory: string, file: string, find: string): Promise<[string, string][]> {
  const [folder, name] = [join(directory, dirname(file)), basename(file)];
  const files = /^\d+-/.test(name)
    ? (await readdir(folder)).filter((one) => /^\d+-/.test(one) && one >= name)
    : [name];
  const texts = await Promise.all(
    files.map(async (one): Promise<[string, string]> => [
      join(folder, one),
      await readFile(join(folder, one), 'utf8'),
    ]),
  );
  return texts.filter(([, text]) => text.includes(find));
}

const pathOf = (spec: string): string =>
  spec.startsWith('libs/') ? `${spec}.spec.ts` : `/test/${spec}.e2e-spec.ts`;

function ranOf(json: string | null, said: string | null): Ran {
  if (json === null) return { tests: [], trouble: said ?? 'Jest left no result.' };
  const { testResults } = resultSchema.parse(JSON.parse(json));
  const silent = testResults.find(({ assertionResults }) => assertionResults.length === 0);
  const tests = testResults.flatMap(({ name: path, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      spec: basename(path).replace(/\.(e2e-)?spec\.ts$/, ''),
      name: [...ancestorTitles, title].join(' › '),
      failed: status === 'failed',
    })),
  );
  return silent || tests.length === 0 ? { tests, trouble: silent?.message ?? 'No test ran.' } : { tests };
}

/** @throws Error when the text of a mutant does not stand in its file exactly once */
export async function assertFresh(mutants: readonly Mutant[]): Promise<void> {
  for (const { name, file, find } of mutants) {
    const found = (await readFile(join(original, file), 'utf8')).split(find).length - 1;
    if (found !== 1) throw new Error(`${file} has the text of "${name}" ${found} times, not once:\n${find}`);
  }
}
