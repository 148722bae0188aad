import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { CliConfig } from '#core';
import { serviceUrl } from './ask.js';
import { requestAsPerson } from './person.js';
import { demoToken } from './token.js';

/** In the demo: as which of its members. */
interface Member {
  agency?: string | undefined;
  role?: string | undefined;
}

const lastSchema = z.object({ entries: z.int(), sha256: z.string() });
const refusalSchema = z.object({ message: z.string() });

/**
 * Fetches the ledger that two have approved to be exported into a new file, as it comes.
 * @returns how many entries it has
 * @throws Error with the service's own words, or when what came is not whole
 */
export async function fetchLedger(
  settings: CliConfig,
  id: string,
  file: string,
  { agency, role }: Member,
): Promise<number> {
  const path = `ledger-exports/${encodeURIComponent(id)}`;
  const response =
    agency === undefined || role === undefined
      ? await requestAsPerson(settings, path)
      : await fetch(new URL(path, await serviceUrl(settings)), {
          headers: { authorization: `Bearer ${await demoToken(settings, agency, role)}` },
        });
  if (!response.ok) throw new Error(refusalSchema.parse(await response.json()).message);
  const last = await saved(response.body ?? [], file);
  if (last === null) throw new Error(`${file} is not whole: fetch it again.`);
  return last.entries;
}

/** Writes it to a new file. @returns the last line; null when it is not that of the lines before it, or did not come */
export async function saved(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, file: string) {
  const sha256 = createHash('sha256');
  let held: Buffer = Buffer.alloc(0);
  const written = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    throw new Error(`${file} cannot be made, or is there already.`, { cause });
  });
  try {
    for await (const part of body) {
      await written.write(part);
      held = Buffer.concat([held, part]);
      // What is in the line that ends last may be the last of all.
      const line = held.lastIndexOf('\n', -2) + 1;
      sha256.update(held.subarray(0, line));
      held = held.subarray(line);
    }
  } catch {
    return null;
  } finally {
    await written.close();
  }
  const last = lastSchema.safeParse(jsonOf(held.toString()));
  return last.success && last.data.sha256 === sha256.digest('hex') ? last.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
