import { setTimeout as timer, clearTimeout } from 'node:timers';
import { errors, type Dispatcher } from 'undici';
import {
  connectTo,
  NotConnected,
  type ClientCertificate,
  type ConnectFault,
  type Connection,
  type ConnectionOptions,
} from './connections.js';
import { destination, ForbiddenDestination, type LocalReceivers } from './destination.js';

export interface SenderOptions extends Omit<ConnectionOptions, 'connectWithin'> {
  /** They may have any address and speak plain HTTP. */
  allowed: LocalReceivers;
  /** Milliseconds for name, TCP and TLS together. */
  connectWithin?: number;
  /** Milliseconds for headers and body of the answer together. */
  answerWithin?: number;
  /** Bytes of an answer's body that are kept: 1,024 if not said. */
  keeps?: number;
}

const BOUNDS = { connectWithin: 3_000, answerWithin: 15_000, keeps: 1_024 };

type SendFault = ConnectFault | 'FORBIDDEN_URL' | 'CLOSED' | 'TIMED_OUT' | 'BAD_ANSWER';

/** What came of one attempt. It is a success if, and only if, there is no fault and the status is 2xx. */
export interface Attempt {
  fault: SendFault | null;
  /** Of the answer, also if its body never ended. */
  status: number | null;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The first bytes of its body, as many as are kept. */
  answer: Buffer;
  address: string | null;
  /** From the first byte sent. */
  milliseconds: number;
}

/** Made when there is a connection to send it over, so that nothing waits for one after it was made. */
export interface Outgoing {
  method: 'POST' | 'OPTIONS' | 'GET';
  headers: Readonly<Record<string, string>>;
  body: Buffer | null;
  /** By `performance.now()`: begun later than that it would be too old, and is made anew. */
  until?: number;
}

/** Bytes that are read of an answer at least before it is cut: to the end of a short one, its connection is kept. */
const READ = 4_096;
/** Idle connections kept for one destination. */
const MOST_IDLE = 64;

/** One request to a stranger: https, to an address that is anyone's, within a deadline, with no redirect followed. */
export class Sender {
  private readonly idle = new Map<string, Connection[]>();

  private readonly options: Required<Omit<SenderOptions, 'ca'>> & ConnectionOptions;

  constructor(options: SenderOptions) {
    this.options = { ...BOUNDS, ...options };
  }

  /**
   * @param make is asked for the request once there is a connection. It may be asked twice, when a connection that was
   *   kept had ended meanwhile.
   * @throws only what `make` throws
   */
  async send(text: string, make: () => Promise<Outgoing>, certificate?: ClientCertificate): Promise<Attempt> {
    let connection: Connection | undefined;
    try {
      const to = destination(text, this.options.allowed);
      const key = `${to.url.origin} ${certificate?.certificate ?? ''}`;
      connection = this.kept(key);
      if (connection) {
        const attempt = await this.over(connection, key, to.url, make);
        if (!endedBefore(attempt)) return attempt;
      }
      connection = await connectTo(to, this.options, certificate);
      return await this.over(connection, key, to.url, make);
    } catch (error) {
      if (error instanceof NotConnected) return failed(error.fault, error.address);
      if (error instanceof ForbiddenDestination) return failed('FORBIDDEN_URL', null);
      connection?.end();
      throw error;
    }
  }

  close(): void {
    for (const connection of [...this.idle.values()].flat()) connection.end();
    this.idle.clear();
  }

  private async over(
    connection: Connection,
    key: string,
    url: URL,
    make: () => Promise<Outgoing>,
  ): Promise<Attempt> {
    let outgoing = await make();
    while (outgoing.until !== undefined && performance.now() > outgoing.until) outgoing = await make();
    // Nothing is waited for between here and the first byte.
    const attempt = await exchange(connection, url, outgoing, this.options);
    if (attempt.fault === null && connection.isOpen()) this.keep(key, connection);
    else connection.end();
    return attempt;
  }

  private kept(key: string): Connection | undefined {
    const connections = this.idle.get(key) ?? [];
    let found = connections.pop();
    while (found && !found.isOpen()) found = connections.pop();
    if (connections.length === 0) this.idle.delete(key);
    return found;
  }

  private keep(key: string, connection: Connection): void {
    let connections = this.idle.get(key) ?? [];
    if (connections.length >= MOST_IDLE) connections = connections.filter(({ isOpen }) => isOpen());
    if (connections.length < MOST_IDLE) connections.push(connection);
    else connection.end();
    this.idle.set(key, connections);
  }
}

/** The other end closed a connection that was kept, before it said anything: it may never have got the request. */
const endedBefore = ({ fault, status, milliseconds }: Attempt): boolean =>
  fault === 'CLOSED' && status === null && milliseconds < 1_000;

const failed = (fault: SendFault, address: string | null): Attempt => ({
  fault,
  status: null,
  headers: {},
  answer: Buffer.alloc(0),
  address,
  milliseconds: 0,
});

/** By hand: an answer of a few bytes needs no stream, no iterator and no signal of its own. */
function exchange(
  { client, address, end: endConnection }: Connection,
  { pathname, search }: URL,
  { method, headers, body }: Outgoing,
  { answerWithin, keeps }: { answerWithin: number; keeps: number },
): Promise<Attempt> {
  return new Promise((resolve) => {
    const attempt = failed('CLOSED', address);
    const begun = performance.now();
    const clock = timer(() => {
      attempt.fault = 'TIMED_OUT';
      endConnection();
      end();
    }, answerWithin);
    const chunks: Buffer[] = [];
    let read = 0;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(clock);
      attempt.answer = Buffer.concat(chunks).subarray(0, keeps);
      attempt.milliseconds = Math.round(performance.now() - begun);
      resolve(attempt);
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_, status, received) => {
        // What comes before the answer is none.
        if (status < 200) return;
        attempt.status = status;
        attempt.headers = received;
        attempt.fault = 'BAD_ANSWER';
      },
      // What is longer is cut, and its socket destroyed.
      onResponseData: (controller, chunk) => {
        chunks.push(chunk);
        read += chunk.length;
        if (read < Math.max(READ, keeps)) return;
        attempt.fault = null;
        end();
        controller.abort(new Error('enough'));
      },
      onResponseEnd: () => {
        attempt.fault = null;
        end();
      },
      onResponseError: (_, error) => {
        if (!isOver && isOfAnswer(error)) attempt.fault = 'BAD_ANSWER';
        end();
      },
    };
    try {
      client.dispatch(
        { path: pathname + search, method, headers, body, headersTimeout: 0, bodyTimeout: 0 },
        handler,
      );
    } catch {
      end();
    }
  });
}

const isOfAnswer = (error: unknown): boolean =>
  error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError;
