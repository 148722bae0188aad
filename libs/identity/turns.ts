import { AsyncLocalStorage } from 'node:async_hooks';
import { unavailable } from './unavailable.js';

interface Waiting {
  go: () => void;
  refuse: () => void;
}

/**
 * What strangers can make us look up, few at a time. Each network waits in a line of its own and the lines take turns,
 * so whoever floods us waits behind itself. When too many wait, the longest line loses its last.
 */
export class Turns {
  private readonly network = new AsyncLocalStorage<string>();
  private readonly lines = new Map<string, Waiting[]>();
  private looking = 0;
  private waiting = 0;

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** What is looked up meanwhile waits in the line of this network. */
  as(network: string, doing: () => void): void {
    this.network.run(network, doing);
  }

  /** @throws OIDCProviderError temporarily_unavailable when too many of its network wait */
  async take<T>(look: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await look();
    } finally {
      this.pass();
    }
  }

  private async turn(): Promise<void> {
    if (this.looking < this.atOnce) {
      this.looking++;
      return;
    }
    const network = this.network.getStore() ?? '';
    await new Promise<void>((resolve, reject) => {
      const refuse = () => reject(unavailable('try again in a moment'));
      const line = this.lines.get(network) ?? [];
      this.lines.set(network, line);
      line.push({ go: resolve, refuse });
      if (++this.waiting > this.mostWaiting) this.refuseOne();
    });
  }

  /** Of lines that are as long, the one that came last. */
  private refuseOne(): void {
    let longest: Waiting[] = [];
    for (const line of this.lines.values()) if (line.length >= longest.length) longest = line;
    longest.pop()?.refuse();
    this.waiting--;
  }

  /** Whoever is done hands its place on to the next line, and to who has waited longest in it. */
  private pass(): void {
    for (const [network, line] of this.lines) {
      this.lines.delete(network);
      const next = line.shift();
      if (line.length > 0) this.lines.set(network, line);
      if (!next) continue;
      this.waiting--;
      next.go();
      return;
    }
    this.looking--;
  }
}
