import { Agent, request, type RequestOptions } from 'node:http';
import { setFlagsFromString } from 'node:v8';

// As the API does (decision 006): a client that collects its memory five times a second takes the processor from what is measured.
setFlagsFromString('--incremental-marking-soft-trigger=80');

export const CONNECTIONS = 16;

/** One request; `body` makes it a POST. */
export interface Call {
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  text: string;
}

/** A client with 16 connections that it keeps open. */
export class Driver {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  private readonly base: RequestOptions;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.base = { agent: this.agent, hostname, port };
  }

  /** The answer as text. */
  async ask(call: Call): Promise<Answer> {
    const parts: Buffer[] = [];
    const status = await this.send(call, (part) => parts.push(part));
    return { status, text: Buffer.concat(parts).toString('utf8') };
  }

  /**
   * As many requests as can be answered in a while, 16 at a time.
   * @param calls gives the next request, without end
   * @returns milliseconds of each, in order of their ends
   * @throws Error if one is not answered with 200
   */
  async press(calls: () => Call, milliseconds: number): Promise<Measured> {
    const took: number[] = [];
    let bytes = 0;
    const start = performance.now();
    const end = start + milliseconds;
    const connection = async (): Promise<void> => {
      for (let now = performance.now(); now < end;) {
        const status = await this.send(calls(), (part) => (bytes += part.length));
        if (status !== 200) throw new Error(`Answered ${status}`);
        const then = now;
        now = performance.now();
        took.push(now - then);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    return { rate: (took.length * 1000) / (performance.now() - start), took, bytes: bytes / took.length };
  }

  /**
   * So many requests a second, however long the answers take.
   * @param calls gives the next request, without end
   * @returns of each answer its status and the milliseconds since it was due
   */
  async pace(calls: () => Call, perSecond: number, milliseconds: number): Promise<Paced[]> {
    const start = performance.now();
    const count = Math.floor((perSecond * milliseconds) / 1000);
    return Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const due = start + (n * 1000) / perSecond;
        await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        const status = await this.send(calls(), () => undefined).catch(() => 0);
        return { status, took: performance.now() - due };
      }),
    );
  }

  close(): void {
    this.agent.destroy();
  }

  private send({ path, headers = {}, body }: Call, part: (data: Buffer) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const sent = request({ ...this.base, method, path, headers: { ...headers, ...length } }, (response) => {
        response.on('data', part);
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

/** Status 0 is a connection that was closed before it had its answer. */
export interface Paced {
  status: number;
  took: number;
}

export interface Measured {
  /** Requests per second. */
  rate: number;
  /** Milliseconds of each request. */
  took: number[];
  /** Of an answer, on average. */
  bytes: number;
}
