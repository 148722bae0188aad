import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { createServer, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { authority, type Certified } from './certificates.js';

/** A header that a client has no business to send. */
export const HEADER = 'x-client-certificate';
/** From where the proxy speaks to the service: an address of this machine that nobody else of the spec uses. */
export const PROXY = '127.0.0.7';

/** What comes back from a request. */
export interface Came {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: Record<string, unknown>;
}

interface Sent {
  headers?: Record<string, string>;
  body: string;
}

/** How the proxy writes a certificate into its header. */
type Written = (pem: string, der: Buffer) => string;

/**
 * A proxy that ends TLS, asks each client for its certificate, and says in its own header which key it saw; whatever the
 * client says in that header it takes out.
 */
export async function startTlsProxy(to: string, written: Written = (pem) => encodeURIComponent(pem)) {
  const trust = await authority();
  const own = await trust.certify('localhost');
  const server = createServer(
    { cert: own.certificate, key: own.key, requestCert: true, rejectUnauthorized: false },
    (incoming, response) => {
      const { raw } = (incoming.socket as TLSSocket).getPeerCertificate() as { raw?: Buffer };
      const { [HEADER]: _theirs, ...headers } = incoming.headers;
      const outgoing = requestHttp(
        new URL(incoming.url ?? '', to),
        {
          method: incoming.method,
          localAddress: PROXY,
          headers: { ...headers, ...(raw && { [HEADER]: written(pemOf(raw), raw) }) },
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      incoming.pipe(outgoing);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    certificate: (name: string): Promise<Certified> => trust.certify(name),
    /** Posts to the service through the proxy, over TLS with this certificate or none. */
    post: (path: string, sent: Sent, by?: Certified): Promise<Came> =>
      came(
        requestHttps(new URL(path, url), {
          ...{ method: 'POST', headers: sent.headers, ca: trust.ca, agent: false, family: 4 },
          ...(by && { cert: by.certificate, key: by.key }),
        }),
        sent.body,
      ),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Posts from an address of this machine. */
export const postFrom = (localAddress: string, url: string, { headers, body }: Sent): Promise<Came> =>
  came(requestHttp(url, { method: 'POST', headers, localAddress, agent: false }), body);

/** What a page is answered with that is asked for from this address of this machine. */
export async function statusFrom(
  localAddress: string,
  url: string,
  headers: Record<string, string>,
): Promise<number> {
  const request = requestHttp(url, { headers, localAddress, agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

export const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

async function came(request: ReturnType<typeof requestHttp>, body: string): Promise<Came> {
  request.end(body);
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
  };
}
