import { Agent, request } from 'node:http';

/** One question: when it was sent and answered (milliseconds, of `performance.now()`), and what became of it. */
export interface Answered {
  sent: number;
  answered: number;
  /** `allowed`, or the code of the first error. */
  outcome: string;
}

/** Asks the same again and again over one connection that stays open. */
export class Steady {
  readonly answers: Answered[] = [];
  /** Local ports from which it asked: one, while the connection is the same. */
  readonly ports = new Set<number | undefined>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private going = true;
  private readonly done: Promise<void>;

  /** @param signed the headers of one question */
  constructor(
    private readonly url: string,
    private readonly signed: () => Promise<Record<string, string>>,
  ) {
    this.done = this.run();
  }

  get allowed(): Answered[] {
    return this.answers.filter(({ outcome }) => outcome === 'allowed');
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.done;
    this.agent.destroy();
  }

  private async run(): Promise<void> {
    while (this.going) {
      const headers = await this.signed();
      const sent = performance.now();
      const text = await this.send(headers);
      const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
      const outcome = errors[0]?.extensions.code ?? 'allowed';
      this.answers.push({ sent, answered: performance.now(), outcome });
    }
  }

  private send(headers: Record<string, string>): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const options = {
      method: 'POST',
      agent: this.agent,
      headers: { 'content-type': 'application/json', ...headers },
    };
    const asked = request(`${this.url}/graphql`, options, (response) => {
      this.ports.add(response.socket.localPort);
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(text)).on('error', reject);
    });
    asked.on('error', reject).end(JSON.stringify({ query: '{ findings(first: 1) { nodes { id } } }' }));
    return promise;
  }
}
