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
  stop(): void;
}

export type Transport = <Data>(
  world: World,
  token: string,
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
  const stop = subscribe({
    next: (result) => results.push(result),
    error: (error) => (ended ??= `error ${describeError(error)}`),
    complete: () => (ended ??= 'complete'),
  });
  return { results, ended: () => ended, stop };
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

/** The two ways in, by name. */
export const TRANSPORTS: Record<'WebSocket' | 'server-sent events', Transport> = {
  WebSocket: (world, token, query, variables) => {
    const client = wsClient({
      url: `${world.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    opened.push(client);
    return following((sink) => client.subscribe({ query, variables }, sink));
  },
  'server-sent events': (world, token, query, variables) => {
    const client = sseClient({
      url: `${world.url}/graphql/stream`,
      headers: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    opened.push(client);
    return following((sink) => client.subscribe({ query, variables }, sink));
  },
};
