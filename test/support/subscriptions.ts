import { createClient as sseClient } from 'graphql-sse';
import { createClient as wsClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { World } from './world.js';

interface Result<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** What came so far, and how it ended. */
export interface Subscribed<Data> {
  results: Result<Data>[];
  /** Null while it goes on. */
  ended(): string | null;
  /** When, in milliseconds of `performance.now()`. */
  endedAt(): number | null;
  stop(): void;
}

/** The headers that prove who sends a request. */
export type Signing = (method: string, path: string) => Promise<Record<string, string>>;

export type Transport = <Data>(
  world: World,
  token: string | Signing,
  query: string,
  variables: Record<string, unknown>,
) => Subscribed<Data>;

interface Sink<Data> {
  next(result: Result<Data>): void;
  error(error: unknown): void;
  complete(): void;
}

function following<Data>(subscribe: (sink: Sink<Data>) => () => void): Subscribed<Data> {
  const results: Result<Data>[] = [];
  let ended: string | null = null;
  let endedAt: number | null = null;
  const end = (how: string): void => {
    ended ??= how;
    endedAt ??= performance.now();
  };
  const stop = subscribe({
    next: (result) => results.push(result),
    error: (error) => end(`error ${describeError(error)}`),
    complete: () => end('complete'),
  });
  return { results, ended: () => ended, endedAt: () => endedAt, stop };
}

const describeError = (error: unknown): string => {
  if (error instanceof Error) return error.message;
  if (typeof error === 'object' && error && 'code' in error) return String(error.code);
  return JSON.stringify(error);
};

const opened: { dispose: () => unknown }[] = [];

/** Ends whatever was opened. */
export async function hangUp(): Promise<void> {
  for (const client of opened.splice(0)) await client.dispose();
}

const signed = async (
  token: string | Signing,
  method: string,
  path: string,
): Promise<Record<string, string>> =>
  typeof token === 'string' ? { authorization: `Bearer ${token}` } : token(method, path);

/** The two ways in, by name. */
export const TRANSPORTS: Record<'WebSocket' | 'server-sent events', Transport> = {
  WebSocket: (world, token, query, variables) => {
    const client = wsClient({
      url: `${world.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => signed(token, 'GET', '/graphql'),
      retryAttempts: 0,
    });
    opened.push(client);
    return following((sink) => client.subscribe({ query, variables }, sink));
  },
  'server-sent events': (world, token, query, variables) => {
    const client = sseClient({
      url: `${world.url}/graphql/stream`,
      headers: () => signed(token, 'POST', '/graphql/stream'),
      retryAttempts: 0,
    });
    opened.push(client);
    return following((sink) => client.subscribe({ query, variables }, sink));
  },
};
