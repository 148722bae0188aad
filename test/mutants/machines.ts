import { changed, type Mutant } from './mutant.js';

/* How machines prove who they are beside single keys: by the address of a JWKS, and that a token is theirs by a certificate. */

const JWKS = 'migrations/1763683225000-jwks-addresses.ts';

export const machines: Mutant[] = [
  ...changed('permission', JWKS, 'jwks', [
    [
      'any number of JWKS addresses',
      'and revoked_at is null) > 1 then',
      'and revoked_at is null) > 100 then',
    ],
    [
      'a JWKS address is good after it was revoked',
      `and k.use = 'TOKENS' and k.revoked_at is null\n                       and k.valid_until`,
      `and k.use = 'TOKENS'\n                       and k.valid_until`,
    ],
    ['a key that was revoked comes back by a JWKS', 'and k.kid = thumbprint)', 'and false)'],
  ]),
  ...changed('permission', 'libs/identity/authorization-server.ts', 'jwks', [
    ['a JWKS has another key for a name that was given', ' || keys.some((key) => key.kid === kid)', ''],
    ['a token does not say by which JWKS address', 'this.signedWith.set(context, address.id);', ''],
  ]),
  ...changed('integrity', 'libs/identity/jwks-addresses.ts', 'jwks', [
    ['keys of a JWKS are believed for ever', 'performance.now() - before.readAt < this.times.fresh', 'true'],
    [
      'a JWKS address is asked at every request',
      'performance.now() - before.askedAt < this.times.again',
      'false',
    ],
    ['a JWKS address is asked once for each who waits', 'if (under) return under;', ''],
    ['one agency asks at any number of JWKS addresses', 'if (others >= AT_ONCE)', 'if (others > 100)'],
    ['a JWKS of any size is cut and read', "if (answer.length >= LARGEST) return 'TOO_LARGE';", ''],
    ['an error of a JWKS address is its keys', "if (status !== 200) return 'STATUS';", ''],
    ['a JWKS may publish a private key', 'd: z.undefined().optional(),', 'd: z.unknown().optional(),'],
    [
      'a key of a JWKS is good for any algorithm',
      '(data.alg === undefined || data.alg === data.key.algorithm) &&',
      '',
    ],
    ["a JWKS's key for encryption signs", "use: z.literal('sig').optional()", 'use: z.string().optional()'],
  ]),
  ...changed('permission', 'libs/identity/trusted-proxies.ts', 'mutual-tls', [
    ['anybody says by which certificate it came', ' || !this.isTrusted(socket)', ''],
    ['of two certificates the first is believed', " || value.includes(',')", ''],
  ]),
  ...changed('permission', 'libs/identity/bearer.strategy.ts', 'mutual-tls', [
    ['a token is good with any certificate', "thumbprintOf(certificate) === bound['x5t#S256']", 'true'],
    [
      'a token that is bound to a certificate is good without',
      'certificate !== undefined &&',
      'certificate === undefined ||',
    ],
  ]),
  ...changed('permission', 'libs/identity/dpop.strategy.ts', 'mutual-tls', [
    [
      'a token is good with a certificate in place of a proof',
      "if (bound === null || !('jkt' in bound))",
      "if (bound !== null && !('jkt' in bound)) return { bearer };\n    if (bound === null)",
    ],
  ]),
  ...changed('permission', 'libs/core/config.ts', 'mutual-tls', [
    [
      'a certificate header is anybody’s',
      'if (header !== null && ranges.length === 0)',
      'if (ranges.length < 0)',
    ],
    ['every certificate comes by a trusted proxy', 'ipaddr.parseCIDR(text)[1] > 0', 'text'],
  ]),
];
