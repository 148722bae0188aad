import { setTimeout as pause } from 'node:timers/promises';

interface Running {
  kill(signal: NodeJS.Signals): void;
  ended: Promise<unknown>;
}

/** A process that is started again whenever it has ended, as whoever runs the service does. */
export interface Supervised {
  /** SIGKILL, once it has started. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function supervised(start: () => Promise<Running>): Supervised {
  const over = new AbortController();
  let running = start();
  const watching = (async () => {
    for (;;) {
      await (
        await running
      ).ended;
      if (over.signal.aborted) return;
      await pause(50);
      running = start();
    }
  })();
  return {
    kill: async () => (await running).kill('SIGKILL'),
    stop: async () => {
      over.abort();
      (await running).kill('SIGTERM');
      await watching;
    },
  };
}
