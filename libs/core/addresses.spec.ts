import { expect, test } from '@jest/globals';
import { isGlobalUnicast } from './addresses.js';

test.each(['8.8.8.8', '93.184.216.34', '223.255.255.254', '2606:4700:4700::1111', '2a00:1450:4001::200e'])(
  '%s is anyone’s',
  (address) => {
    expect(isGlobalUnicast(address)).toBe(true);
  },
);

test.each([
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['loopback', '::1'],
  ['unspecified', '0.0.0.0'],
  ['unspecified', '::'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['carrier-grade NAT', '100.127.255.254'],
  ['metadata, link-local', '169.254.169.254'],
  ['metadata in carrier-grade NAT', '100.100.100.200'],
  ['metadata by IPv6', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['global with a zone', '2606:4700:4700::1111%eth0'],
  ['site-local', 'fec0::1'],
  ['unique local', 'fc00::1'],
  ['multicast', '224.0.0.1'],
  ['multicast', 'ff02::1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['benchmarks', '198.18.0.1'],
  ['protocol assignments', '192.0.0.170'],
  ['6to4 relays', '192.88.99.1'],
  ['mapped private', '::ffff:10.0.0.1'],
  ['mapped loopback in hexadecimal', '::ffff:7f00:1'],
  ['mapped public', '::ffff:8.8.8.8'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['local NAT64', '64:ff9b:1::7f00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:53aa:64c::1'],
  ['ORCHID', '2001:20::1'],
  ['discard', '100::1'],
  ['not given out', '4000::1'],
  ['octal', '0177.0.0.1'],
  ['short', '127.1'],
  ['one number', '2130706433'],
  ['no address', 'localhost'],
  ['nothing', ''],
])('%s, %s, is not', (_, address) => {
  expect(isGlobalUnicast(address)).toBe(false);
});
