import { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';
import { sha256 } from '#core';

/** What of a request says by whom it was sent, and from where. */
export interface Received {
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

/** The proxies in front of the service that whoever runs it vouches for, and what they alone may say. */
export class TrustedProxies {
  private readonly ranges: ReturnType<typeof ipaddr.parseCIDR>[];

  /**
   * @param ranges addresses, or CIDR
   * @param header in which they pass on the certificate that the other end of their TLS proved to have; null for none
   */
  constructor(
    ranges: readonly string[],
    private readonly header: string | null,
  ) {
    this.ranges = ranges.map(rangeOf);
  }

  /** Whether certificates are passed on at all. */
  get passCertificates(): boolean {
    return this.header !== null;
  }

  /**
   * The certificate by which a request came: RFC 9440 (`:base64:`), its bare base64, or a PEM encoded as in a URL.
   * Undefined where there is none, where anybody else says so, and where it is not exactly one.
   */
  certificateOf({ headers, socket }: Received): X509Certificate | undefined {
    const value = this.header === null ? undefined : headers[this.header];
    // Two of one name are joined by a comma: the first may be what the client itself sent.
    if (typeof value !== 'string' || value.includes(',') || !this.isTrusted(socket)) return undefined;
    try {
      const text = decodeURIComponent(value).trim();
      const isPem = text.startsWith('-----BEGIN CERTIFICATE-----');
      return new X509Certificate(isPem ? text : Buffer.from(text.replace(/^:|:$/g, ''), 'base64'));
    } catch {
      return undefined;
    }
  }

  /** Who sent a request: the last of `X-Forwarded-For` that is no trusted proxy's, where a trusted one says so. */
  addressOf({ headers, socket }: Received): string {
    const said = headers['x-forwarded-for'];
    const hops = [said ?? []].flat().flatMap((text) => text.split(','));
    let address = socket.remoteAddress ?? '';
    while (hops.length > 0 && this.isTrusted({ remoteAddress: address })) address = hops.pop()?.trim() ?? '';
    return address;
  }

  private isTrusted({ remoteAddress }: Received['socket']): boolean {
    if (remoteAddress === undefined || !ipaddr.isValid(remoteAddress)) return false;
    const address = ipaddr.process(remoteAddress);
    return this.ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
  }
}

/** RFC 8705, section 3.1: `x5t#S256`. */
export const thumbprintOf = ({ raw }: X509Certificate): string =>
  Buffer.from(sha256(raw), 'hex').toString('base64url');

function rangeOf(text: string): ReturnType<typeof ipaddr.parseCIDR> {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
