import { parentPort, workerData } from 'node:worker_threads';
import { Driver, type Call, type Paced } from './drive.js';
import { ourCall, Tokens } from './list-page.js';
import { NONSENSE } from './nonsense.js';
import type { BenchPage } from './pages.js';
import { Random } from './random.js';

/** What the thread is told when it starts. */
export interface Neighbour {
  url: string;
  demoDirectory: string;
  agency: number;
  /** Of this agency. */
  pages: BenchPage[];
}

/** What it is to do next; it answers with each request's status and time. */
export interface Noise {
  what: 'pages' | 'nonsense';
  perSecond: number;
  milliseconds: number;
}

/* A loud neighbour: a thread of its own, so that writing its 10 MB takes nothing from the quiet one's clock. */
if (parentPort) {
  const port = parentPort;
  const { url, demoDirectory, agency, pages } = workerData as Neighbour;
  const driver = new Driver(url);
  const tokens = await Tokens.open(demoDirectory);
  const random = new Random(7);
  const calls: Record<Noise['what'], () => Call> = {
    pages: () => ourCall(random.pick(pages), tokens),
    nonsense: () => random.pick(NONSENSE)(tokens.of(agency)),
  };
  port.on('message', ({ what, perSecond, milliseconds }: Noise) => {
    void (async () => {
      await tokens.renew();
      port.postMessage((await driver.pace(calls[what], perSecond, milliseconds)) satisfies Paced[]);
    })();
  });
}
