import { lookup as resolve } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { CustomFetch } from 'openid-client';
import { isGlobalUnicast } from '#core';

/** Milliseconds for an answer, all of it. */
const DEADLINE = 5_000;
/** Bytes: a document of keys or of metadata is some kB. */
const LARGEST = 256 * 1024;

/**
 * Requests to addresses that an agency named. To none inside: https alone, and the address to which it connects is a
 * global one, whatever the name resolves to at that moment. Nothing is followed anywhere else.
 * @param local also this machine, by http too: for a demo and for tests
 */
export function outgoing(local: boolean): CustomFetch {
  const allowed = (address: string): boolean =>
    isGlobalUnicast(address) || (local && ipaddr.process(address).range() === 'loopback');
  const lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (!first) done(error ?? new Error('No address.'), '');
      else if (!addresses.every(({ address }) => allowed(address)))
        done(new Error('Not a global address.'), '');
      else if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !allowed(host)) throw new Error('Not a global address.');
    const insecure = url.protocol === 'http:' && local;
    if (url.protocol !== 'https:' && !insecure) throw new Error('Not https.');
    if (body !== undefined && body !== null && typeof body !== 'string' && !(body instanceof URLSearchParams))
      throw new Error('A form or nothing is sent.');
    const send = insecure ? requestHttp : requestHttps;
    return new Promise<Response>((done, failed) => {
      const request = send(
        url,
        { method, headers, lookup, agent: false, signal: AbortSignal.timeout(DEADLINE) },
        (response) => void received(response).then(done, failed),
      );
      request.on('error', failed);
      request.end(body === undefined || body === null ? undefined : String(body));
    });
  };
}

async function received(response: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST) {
      response.destroy();
      throw new Error('The answer is too large.');
    }
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(response.headersDistinct))
    for (const value of values) headers.append(name, value);
  const status = response.statusCode ?? 500;
  return new Response([204, 205, 304].includes(status) ? null : Buffer.concat(chunks), { status, headers });
}
