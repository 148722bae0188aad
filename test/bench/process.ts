import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

const ready = z.object({ ready: z.string() });

/** A server in a process of its own; it ends with us. */
export interface Started {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** @param script beside this file */
export async function start(
  script: string,
  words: string[],
  env: Record<string, string>,
  flags: string[] = [],
): Promise<Started> {
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, script), ...words], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(ready.parse(message).ready));
    child.once('error', reject);
    void ended.then(() => reject(new Error(`${script} ended before it was ready.`)));
  });
  return {
    url,
    process: child,
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}
