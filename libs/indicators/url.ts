import { type Form, refang, strayCharacter, WRITTEN } from './form.js';
import { ip } from './ip.js';
import { asciiDomain, domainFault } from './network.js';

/** Bounded so that a key fits an index entry of PostgreSQL (2,704 bytes); normal forms are ASCII. */
const LONGEST = 2048;

interface Parts {
  scheme: 'http' | 'https';
  /** Without the brackets of an IPv6 address. */
  host: string;
  /** Characters before the host. */
  before: number;
  ipv6: boolean;
  /** With its colon; may be empty. */
  port: string;
  /** Path, query and fragment. */
  rest: string;
}

/** The parts of `http://host:port/rest`, nothing checked but the marks between them; or the mark that is missing. */
function partsOf(text: string): Parts | string {
  const [start, secure, authority = '', rest = ''] = /^h(?:tt|xx)p(s?):\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (start === undefined) return 'does not begin with http:// or https:// (hxxp is read as http)';
  if (authority.includes('@')) return 'has a name or password before the host; write it without';
  const [, six, four = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*))(:.*)?$/s.exec(authority) ?? [];
  const before = text.length - rest.length - authority.length + (six === undefined ? 0 : 1);
  const scheme = secure ? 'https' : 'http';
  return { scheme, host: six ?? four, before, ipv6: six !== undefined, port, rest };
}

/** An IPv4-mapped address in brackets becomes the IPv4 address, as everywhere. */
function foldHost({ host }: Parts): string {
  if (ip.fault(host) !== undefined) return asciiDomain(host);
  const address = ip.fold(host);
  return address.includes(':') ? `[${address}]` : address;
}

function hostFault({ host, ipv6, before }: Parts): string | undefined {
  if (ipv6) {
    const fault = host.includes(':') ? ip.fault(host) : 'is no IPv6 address';
    return fault && `between the brackets: ${fault}`;
  }
  const fault = /^[\d.]+$/.test(host) ? ip.fault(host) : domainFault(host, before);
  return fault && `its host: ${fault}`;
}

/** RFC 3986 6.2.2: escapes in upper case, none of a letter, digit, - . _ ~; what cannot stand plain is escaped. */
function foldEscapes(rest: string): string {
  return rest
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/%[0-9a-f]{2}/gi, (escape) => {
      const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
    })
    .replaceAll('[', '%5B')
    .replaceAll(']', '%5D');
}

function fold(value: string): string {
  const parts = partsOf(refang(value));
  if (typeof parts === 'string') return value;
  const { scheme, port, rest } = parts;
  const [shown = ''] = rest.split('#');
  // The URL class drops a default port, resolves dots, escapes the rest of Unicode, and writes the path at least as /.
  const text = `${scheme}://${foldHost(parts)}${port}${foldEscapes(shown)}`;
  return URL.canParse(text) ? new URL(text).href : value;
}

/**
 * An http or https URL, also defanged (`hxxp://a[.]b`): scheme and host lower-cased, the host as a domain or an IP address
 * of this library, no default port, path as the WHATWG URL standard writes it, its case and the order of the query kept.
 * The fragment is dropped: it never reaches a server, so it names no other page there, and phishing kits carry the
 * victim's address in it. Credentials are refused rather than stored.
 */
export const url: Form = {
  longest: LONGEST,
  fold,
  fault: (value) => {
    const text = refang(value);
    const parts = partsOf(text);
    if (typeof parts === 'string') return parts;
    const fault = hostFault(parts);
    if (fault) return fault;
    const { port, rest } = parts;
    if (!/^(:[1-9]\d{0,4}|:)?$/.test(port) || Number(port.slice(1)) > 65535) {
      return 'the port is not a number from 1 to 65535';
    }
    const before = [...text].length - [...rest].length;
    const stray = strayCharacter(rest, WRITTEN, 'a URL has letters, digits and signs, others as %xx', before);
    if (stray) return stray;
    const { length } = fold(value);
    return length > LONGEST ? `has ${length} characters in its normal form; at most ${LONGEST}` : undefined;
  },
};
