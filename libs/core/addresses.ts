import ipaddr from 'ipaddr.js';

/** What IPv6 gives out to the world. Mapped, translated (NAT64), unique local and link-local addresses lie outside. */
const GLOBAL_IPV6 = ipaddr.IPv6.parse('2000::');
/** Not for the world, and not in every release of ipaddr.js (IANA's registries of special addresses). */
const SPECIAL = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
].map((range) => ipaddr.parseCIDR(range));

/**
 * True for an address that any host of the internet may have, IPv4 or IPv6. An IPv6 address that holds an IPv4 one
 * (mapped, NAT64, 6to4, Teredo) is not, whichever it holds: nobody's webhook and nobody's provider needs it.
 */
export function isGlobalUnicast(address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && (parsed.zoneId || !parsed.match(GLOBAL_IPV6, 3))) return false;
  return (
    parsed.range() === 'unicast' &&
    !SPECIAL.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits))
  );
}
