import { isIP } from 'node:net';

/** Why a URL is none that an agency may have us ask. */
export class ForbiddenDestination extends Error {}

/** `host:port` to which anything may go; to `host:port` by http instead, where there is one. */
export type LocalReceivers = ReadonlyMap<string, string | null>;

/** Where proxies and administration listen is not among them. */
const PORTS = ['443', '8443'];
const LONGEST = 2_000;

export interface Destination {
  url: URL;
  /** Configured by whoever runs the service: any address, and plain HTTP. For tests and the demo. */
  isAllowed: boolean;
}

/**
 * @param text an https URL with a name, on port 443 or 8443
 * @param allowed exempt from all of this but the form
 * @throws ForbiddenDestination with a message for whoever entered it
 */
export function destination(text: string, allowed: LocalReceivers): Destination {
  const url = URL.canParse(text) && text.length <= LONGEST ? new URL(text) : undefined;
  if (!url) throw new ForbiddenDestination('This is not a URL.');
  if (url.username !== '' || url.password !== '') {
    throw new ForbiddenDestination('It must hold no user and no password.');
  }
  if (url.hash !== '') throw new ForbiddenDestination('It must have no fragment.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new ForbiddenDestination('Use https.');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const local = allowed.get(`${hostOf(url)}:${port}`);
  if (local !== undefined)
    return {
      url: local === null ? url : new URL(url.pathname + url.search, `http://${local}`),
      isAllowed: true,
    };
  if (url.protocol !== 'https:') throw new ForbiddenDestination('Use https.');
  if (!PORTS.includes(port)) throw new ForbiddenDestination(`Use port ${PORTS.join(' or ')}.`);
  if (isIP(hostOf(url)) !== 0) throw new ForbiddenDestination('Use a name, not an address.');
  // A trailing dot would be another name to the certificate and to the list of domains.
  if (!url.hostname.includes('.') || url.hostname.endsWith('.')) {
    throw new ForbiddenDestination('Use the whole name of a host.');
  }
  return { url, isAllowed: false };
}

/** Without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
