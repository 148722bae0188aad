import { createServer } from 'node:net';

/**
 * A free TCP port: the preferred one, else the next free one above it. 0 asks the system for any.
 * The port is free when this returns, not reserved: whoever binds it must be ready to ask again.
 */
export async function freePort(host: string, preferred: number): Promise<number> {
  const candidates = preferred === 0 ? [] : Array.from({ length: 100 }, (_, step) => preferred + step);
  for (const port of candidates) {
    if (port <= 65_535 && (await listenOnce(host, port)) !== undefined) return port;
  }
  const any = await listenOnce(host, 0);
  if (any === undefined) throw new Error(`No TCP port of ${host} can be listened on.`);
  return any;
}

/** The port that could be listened on, undefined if it is taken or forbidden. */
export function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
