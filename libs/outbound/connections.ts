import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import { isGlobalUnicast } from '#core';
import { hostOf, type Destination } from './destination.js';

/** Every address a name has, and none if there is none, or the deadline comes first. */
export type Resolve = (name: string, deadline: AbortSignal) => Promise<string[]>;

export interface ConnectionOptions {
  resolve: Resolve;
  /** Milliseconds for name, TCP and TLS together. */
  connectWithin: number;
  /** PEM, besides those that Node trusts: for tests. */
  ca?: string | undefined;
}

/** PEM. What an endpoint asks of whoever calls it. */
export interface ClientCertificate {
  certificate: string;
  key: string;
}

/** Open, to an address that was looked at. It is never opened again: another connection is another look. */
export interface Connection {
  client: Client;
  address: string;
  isOpen: () => boolean;
  /** The client ends what it was given; a socket over which nothing went it never was. */
  end: () => void;
}

export type ConnectFault =
  'FORBIDDEN_ADDRESS' | 'NO_ADDRESS' | 'CONNECT_TIMEOUT' | 'CONNECT_FAILED' | 'BAD_CERTIFICATE';

export class NotConnected extends Error {
  constructor(
    readonly fault: ConnectFault,
    readonly address: string | null = null,
    cause?: unknown,
  ) {
    super(fault, { cause });
  }
}

/** Headers of an answer, bytes. */
const MOST_HEADERS = 8_192;
/** Milliseconds an idle connection is kept. */
const KEPT = 10_000;

/** By DNS alone, not by the threads that read files and hash: a name server that hangs holds nobody up. */
export function resolveByDns(servers?: readonly string[]): Resolve {
  return async (name, deadline) => {
    const resolver = new Resolver({ timeout: 1_200, tries: 2 });
    if (servers) resolver.setServers(servers);
    deadline.addEventListener('abort', () => resolver.cancel(), { once: true });
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return [four, six].flatMap((found) => (found.status === 'fulfilled' ? found.value : []));
  };
}

/**
 * Connects to an address that the name has now and that is anyone's. A name with one address that is not is refused
 * whole. What was looked at is what is connected to: the name is not asked for again.
 * @throws NotConnected
 */
export async function connectTo(
  { url, isAllowed }: Destination,
  { resolve, connectWithin, ca }: ConnectionOptions,
  certificate?: ClientCertificate,
): Promise<Connection> {
  const deadline = AbortSignal.timeout(connectWithin);
  const host = hostOf(url);
  const addresses = isIP(host) ? [host] : await resolve(host, deadline);
  if (deadline.aborted) throw new NotConnected('CONNECT_TIMEOUT');
  if (addresses.length === 0) throw new NotConnected('NO_ADDRESS');
  const forbidden = isAllowed ? undefined : addresses.find((address) => !isGlobalUnicast(address));
  if (forbidden !== undefined) throw new NotConnected('FORBIDDEN_ADDRESS', forbidden);
  const connect = buildConnector({
    allowH2: false,
    timeout: connectWithin,
    autoSelectFamily: true,
    lookup: pinned(addresses),
    // A session that is resumed has shown no certificate.
    maxCachedSessions: 0,
    ...(ca !== undefined && { ca }),
    ...(certificate && { cert: certificate.certificate, key: certificate.key }),
  });
  const socket = await opened(connect, url, deadline, addresses[0] ?? null);
  const address = socket.remoteAddress ?? '';
  if (!addresses.includes(address) || !(isAllowed || isGlobalUnicast(address))) {
    socket.destroy();
    throw new NotConnected('FORBIDDEN_ADDRESS', address);
  }
  return connectionOver(socket, url, address);
}

function connectionOver(socket: Socket, url: URL, address: string): Connection {
  let [isGiven, isOpen] = [false, true];
  const client = new Client(url.origin, {
    // The socket that is open, and no second one.
    connect: (_, callback) => {
      if (isGiven || socket.destroyed) {
        callback(new Error('closed'), null);
        return;
      }
      isGiven = true;
      // Later: the client that asks is in the middle of its queue, and would not look at it again.
      queueMicrotask(() => callback(null, socket));
    },
    maxHeaderSize: MOST_HEADERS,
    keepAliveTimeout: KEPT,
    keepAliveMaxTimeout: KEPT,
  });
  socket.once('close', () => (isOpen = false));
  return {
    client,
    address,
    isOpen: () => isOpen && !socket.destroyed && !client.destroyed,
    end: () => {
      void client.destroy().catch(() => undefined);
      socket.destroy();
    },
  };
}

function opened(
  connect: buildConnector.connector,
  url: URL,
  deadline: AbortSignal,
  address: string | null,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = hostOf(url);
    const late = (): void => reject(new NotConnected('CONNECT_TIMEOUT', address));
    deadline.addEventListener('abort', late, { once: true });
    connect(
      {
        hostname: host,
        host: url.host,
        protocol: url.protocol,
        port: url.port || (url.protocol === 'https:' ? '443' : '80'),
        ...(isIP(host) === 0 && { servername: host }),
      },
      (error, socket) => {
        deadline.removeEventListener('abort', late);
        if (!socket) reject(new NotConnected(connectFault(error), address, error));
        // Too late: nobody waits for it.
        else if (deadline.aborted) socket.destroy();
        else resolve(socket);
      },
    );
  });
}

const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_, { all }, callback) => {
    const [first = ''] = addresses;
    const each = addresses.map((address) => ({ address, family: isIP(address) }));
    if (all) callback(null, each);
    else callback(null, first, isIP(first));
  };

/** What Node's TLS and OpenSSL call it when a certificate is not one that is believed for this name. */
const OF_CERTIFICATES =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|ERR_SSL|ERR_TLS|EPROTO|HOSTNAME_MISMATCH|INVALID_)/;

function connectFault(error: Error | null): ConnectFault {
  const code = error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'CONNECT_TIMEOUT';
  return OF_CERTIFICATES.test(code) ? 'BAD_CERTIFICATE' : 'CONNECT_FAILED';
}
