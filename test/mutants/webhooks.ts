import { changed, type Mutant } from './mutant.js';

/*
 * What a webhook's signature proves, and where a delivery may go. Left out: the look at the peer after connecting, for
 * no socket of Node is connected to another address than it was told.
 */

export const webhooks: Mutant[] = [
  ...changed('integrity', 'libs/webhooks/signature.ts', 'libs/webhooks/signature.spec', [
    ['a stale delivery is believed', 'if (timestamp < now - TOLERANCE)', 'if (timestamp < 0)'],
    ['a delivery from the future is believed', 'if (timestamp > now + TOLERANCE)', 'if (timestamp < 0)'],
    ['any signature is believed', 'if (!matches)', 'if (matches === undefined)'],
    ['the id is not signed', '`${id}.${time}.`', '`${time}.`'],
    [
      'the secret is what stands after its prefix, as text',
      "Buffer.from(base64, 'base64')",
      'Buffer.from(base64)',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/addresses.ts', 'libs/webhooks/addresses.spec', [
    ['any IPv6 address is anyone’s', '!parsed.match(GLOBAL_IPV6, 3)', 'false'],
    ['any IPv4 address is anyone’s', "parsed.range() === 'unicast' &&", ''],
  ]),
  ...changed('integrity', 'libs/webhooks/connections.ts', 'webhook-sender', [
    ['a webhook goes inside', 'isAllowed ? undefined :', 'host ? undefined :'],
    [
      'one good address is enough',
      'addresses.find((address) => !isGlobalUnicast(address))',
      'addresses.every((address) => !isGlobalUnicast(address)) ? addresses[0] : undefined',
    ],
    ['the name is asked for again', 'lookup: pinned(addresses),', ''],
    [
      'any certificate is believed',
      'maxCachedSessions: 0,',
      'maxCachedSessions: 0, rejectUnauthorized: false,',
    ],
    ['headers of any size are read', 'maxHeaderSize: MOST_HEADERS,', 'maxHeaderSize: 2 ** 30,'],
  ]),
  ...changed('integrity', 'libs/webhooks/sender.ts', 'webhook-sender', [
    ['an answer has no deadline', 'timer(() => late.abort(), within)', 'timer(() => undefined, within)'],
    ['an endless answer is read', 'if (read >= MOST_READ) break;', ''],
  ]),
  ...changed('integrity', 'libs/webhooks/destination.ts', 'webhook-sender', [
    ['any scheme', "if (url.protocol !== 'https:') throw", "if (url.protocol === 'x:') throw"],
    ['any port', 'if (!PORTS.includes(port))', "if (port === 'x')"],
    ['an address instead of a name', 'if (isIP(hostOf(url)) !== 0)', 'if (isIP(hostOf(url)) === 9)'],
    ['a user and a password', "if (url.username !== '' || url.password !== '')", "if (url.username === 'x')"],
  ]),
];
