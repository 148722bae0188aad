import ipaddr from 'ipaddr.js';
import { characters, type Form, refang, split, strayCharacter } from './form.js';

const OF_ADDRESSES = characters(/[0-9a-f.:]/i);
const DIGITS = characters(/[0-9]/);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Decimal dotted IPv4 and IPv6 text, nothing else: ipaddr.js also takes octal, hexadecimal and short forms, a zone,
 * and reads `::1.2.3.4` as if it were `::ffff:1.2.3.4`, so a dotted tail is checked and turned into two groups here.
 */
function parsedIp(text: string): Address | undefined {
  if (!text.includes(':')) {
    return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
  }
  const tail = /[^:]*\.[^:]*$/.exec(text)?.[0];
  if (tail !== undefined && !ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
  const groups = tail === undefined ? text : text.slice(0, -tail.length) + lastGroups(tail);
  if (groups.includes('%') || !ipaddr.IPv6.isValid(groups)) return undefined;
  return ipaddr.IPv6.parse(groups);
}

function lastGroups(dotted: string): string {
  const { parts } = ipaddr.IPv4.parse(dotted).toIPv4MappedAddress();
  return parts
    .slice(6)
    .map((group) => group.toString(16))
    .join(':');
}

/** The IPv4 address that an IPv4-mapped IPv6 address stands for; any other as it is. */
function unmapped(address: Address): Address {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

const written = (address: Address) =>
  address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();

/**
 * One IPv4 address, or one IPv6 address in the text form of RFC 5952. An IPv4-mapped IPv6 address is the IPv4 address:
 * it is how a dual-stack server logs an IPv4 peer (RFC 4291 2.5.5.2), and kept apart the two would never match.
 */
export const ip: Form = {
  longest: 128,
  fold: (value) => {
    const address = parsedIp(refang(value));
    return address ? written(unmapped(address)) : value;
  },
  fault: (value) => {
    const text = refang(value);
    if (parsedIp(text)) return undefined;
    if (text.includes('/')) return 'is a range; one address is wanted (a range has type ip-range)';
    if (/^[\d.]+:\d+$/.test(text)) return 'has a port; the address alone is wanted';
    if (text.includes('%')) return 'has a zone (after %), which means something on one machine only';
    const stray = strayCharacter(text, OF_ADDRESSES, 'an address has digits, dots, or a-f and colons');
    if (stray) return stray;
    return text.includes(':') ? ipv6Rule : ipv4Fault(text);
  },
};

const ipv6Rule =
  'is not eight groups of one to four hexadecimal digits (one :: may stand for groups of zeros, a.b.c.d for the last two)';

function ipv4Fault(text: string): string {
  const parts = text.split('.');
  if (parts.length !== 4) return `has ${parts.length} parts; an IPv4 address has 4`;
  const at = parts.findIndex((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255);
  return `part ${at + 1} is not a decimal number from 0 to 255 without leading zeros`;
}

/** A block of addresses: its first address and the length of its prefix, which counts as IPv4 if the block is mapped IPv4. */
function parsedRange(text: string): { first: Address; length: number } | undefined {
  const [host, prefix] = split(text, '/');
  const address = parsedIp(host);
  const length = /^(0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : Infinity;
  if (!address || length > bitsOf(address)) return undefined;
  const mapped = unmapped(address);
  if (mapped !== address && length >= 96) return { first: network(mapped, length - 96), length: length - 96 };
  return { first: network(address, length), length };
}

const bitsOf = (address: Address) => (address instanceof ipaddr.IPv6 ? 128 : 32);

function network(address: Address, length: number): Address {
  const block = `${address.toString()}/${length}`;
  return address instanceof ipaddr.IPv6
    ? ipaddr.IPv6.networkAddressFromCIDR(block)
    : ipaddr.IPv4.networkAddressFromCIDR(block);
}

/**
 * A CIDR block, written as its network address and prefix length (RFC 4632, RFC 4291 2.3): the bits behind the prefix
 * are dropped. A type of its own, because a look-up of an address asks whether a range holds it, not whether they are
 * equal. A block of one address is refused, or one thing would have two keys; so is the block of all.
 */
export const ipRange: Form = {
  longest: 128,
  fold: (value) => {
    const range = parsedRange(refang(value));
    return range ? `${written(range.first)}/${range.length}` : value;
  },
  fault: (value) => {
    const text = refang(value);
    if (!text.includes('/')) return 'has no /: write network/prefix-length, as in 192.0.2.0/24';
    const [host, prefix] = split(text, '/');
    const fault = ip.fault(host);
    if (fault) return `before the /: ${fault}`;
    const range = parsedRange(text);
    if (!range) {
      const most = host.includes(':') ? 128 : 32;
      return (
        strayCharacter(prefix, DIGITS, 'a prefix length has digits', [...host].length + 1) ??
        `the prefix length is not a number from 1 to ${most - 1}`
      );
    }
    if (range.length === bitsOf(range.first)) return 'is one address; it has type ip';
    return range.length === 0 ? 'holds every address there is' : undefined;
  },
};
