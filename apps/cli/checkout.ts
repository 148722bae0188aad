import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ownDirectory } from './embedded-postgres/index.js';

/** The checkout this code belongs to, from its sources as from dist/: the nearest folder with a package.json. */
export function checkoutRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return realpathSync(folder);
}

/** The folder of Entente's own directory where this checkout's demo keeps everything: one demo per checkout. */
export async function demoFolder(home: string): Promise<string> {
  const checkout = checkoutRoot();
  const key = createHash('sha256').update(checkout).digest('hex').slice(0, 12);
  const folder = await ownDirectory(join(home, 'checkouts'));
  return join(folder, `${basename(checkout)}-${key}`);
}

/** A demo that runs, as it says itself in its folder. */
const runningDemo = z.object({ url: z.string(), pid: z.number() });
export type RunningDemo = z.infer<typeof runningDemo>;

const file = (folder: string): string => join(folder, 'running.json');

/** Renamed into place: who reads it meanwhile sees all of it or nothing. */
export async function announce(folder: string, demo: RunningDemo): Promise<void> {
  await writeFile(`${file(folder)}.new`, JSON.stringify(demo), { mode: 0o600 });
  await rename(`${file(folder)}.new`, file(folder));
}

export const withdraw = (folder: string): Promise<void> => rm(file(folder), { force: true });

/** Undefined while none is ready. After SIGKILL the file tells of one that is no more, until the next start. */
export async function announced(folder: string): Promise<RunningDemo | undefined> {
  const text = await readFile(file(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : runningDemo.parse(JSON.parse(text));
}
