import type { ChainCode } from './chains.js';
import type { IndicatorType } from './normalise.js';

/** A value to be accepted, and its normal form. */
export interface Good {
  type: IndicatorType;
  chain?: ChainCode;
  value: string;
  normal: string;
  from: string;
}

/** A value to be refused, and a part of the reason. */
export interface Bad {
  type: IndicatorType;
  chain?: ChainCode;
  value: string;
  reason: string;
  from: string;
}

const same = (type: IndicatorType, from: string, values: string[], chain?: ChainCode): Good[] =>
  values.map((value) => ({ type, chain, value, normal: value, from }));

const bad = (
  type: IndicatorType,
  chain: ChainCode | undefined,
  from: string,
  cases: Record<string, string>,
): Bad[] => Object.entries(cases).map(([value, reason]) => ({ type, chain, value, reason, from }));

const good = (
  type: IndicatorType,
  chain: ChainCode | undefined,
  from: string,
  cases: Record<string, string>,
): Good[] => Object.entries(cases).map(([value, normal]) => ({ type, chain, value, normal, from }));

const taproot = 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0';
const alice = 'NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJJ';
const eip55 = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const pizza = 'a1075db55d416d3ca199f55b6084e2115b9345e16c5cf302fc80e9d5fbf5d48d';
const sha256OfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const goodVectors: Good[] = [
  ...same('wallet', 'genesis block', ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'], 'bitcoin'),
  ...same('wallet', 'hash of 20 zero bytes', ['1111111111111111111114oLvT2'], 'bitcoin'),
  ...same('wallet', 'a common P2PKH example', ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'], 'bitcoin'),
  ...same('wallet', 'a common P2SH example', ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'], 'bitcoin'),
  ...good('wallet', 'bitcoin', 'BIP-350', {
    BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y:
      'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    BC1SW50QGDZ25J: 'bc1sw50qgdz25j',
    bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs: 'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs',
    [taproot]: taproot,
    [` ${taproot}\n`]: taproot,
  }),
  ...good('wallet', 'ethereum', 'EIP-55', {
    [eip55]: eip55.toLowerCase(),
    [eip55.toLowerCase()]: eip55.toLowerCase(),
    [eip55.toUpperCase()]: eip55.toLowerCase(),
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359': '0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB': '0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb': '0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb',
    '0x52908400098527886E0F7030069857D2E4169EE7': '0x52908400098527886e0f7030069857d2e4169ee7',
    '0xde709f2102306220921060314715629080e2fb77': '0xde709f2102306220921060314715629080e2fb77',
  }),
  ...good('wallet', 'bsc', 'EIP-55 on another chain', { [eip55]: eip55.toLowerCase() }),
  ...same('wallet', 'USDT contract', ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'], 'tron'),
  ...same('wallet', 'OFAC list', ['TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre'], 'tron'),
  ...same('wallet', 'hash of 20 zero bytes', ['T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb'], 'tron'),
  ...same('wallet', 'received the Coincheck theft', ['NC4C6PSUW5CLTDT5SXAGJDQJGZNESKFK5MCN77OG'], 'nem'),
  ...same(
    'wallet',
    'trezor-firmware tests',
    ['NDD2CT6LQLIYQ56KIXI3ENTM6EK3D44P5JFXJ4R4', 'NCUKWDY3J3THKQHAKOK5ALF6ANJQABZHCH7VN6DP'],
    'nem',
  ),
  ...good('wallet', 'nem', 'NIS API documentation, as wallets show it', {
    [alice]: alice,
    'NALICE-LGU3IV-Y4DPJK-HYLSSV-YFFWYS-5QPLYE-ZDJJ': alice,
    [alice.toLowerCase()]: alice,
  }),

  ...good('transaction', 'bitcoin', 'two pizzas, 22 May 2010', {
    [pizza]: pizza,
    [pizza.toUpperCase()]: pizza,
    [`0x${pizza}`]: pizza,
  }),
  ...good('transaction', 'ethereum', 'shape', {
    [pizza]: `0x${pizza}`,
    [`0X${pizza.toUpperCase()}`]: `0x${pizza}`,
  }),
  ...same('transaction', 'shape', [pizza], 'tron'),
  ...same('transaction', 'shape', [pizza], 'nem'),

  ...good('ip', undefined, 'RFC 5952 and RFC 4291', {
    '175.45.178.19': '175.45.178.19',
    '175[.]45[.]178[.]19': '175.45.178.19',
    '0.0.0.0': '0.0.0.0',
    '2001:DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '2001:0db8::0001': '2001:db8::1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '2001[:]db8::1': '2001:db8::1',
    '::': '::',
    '1:2:3:4:5:6:7::': '1:2:3:4:5:6:7:0',
    '::ffff:192.0.2.1': '192.0.2.1',
    '::FFFF:c000:201': '192.0.2.1',
    '::192.0.2.1': '::c000:201',
    '64:ff9b::192.0.2.1': '64:ff9b::c000:201',
  }),
  ...good('domain', undefined, 'UTS 46 and the Public Suffix List', {
    'naver.com': 'naver.com',
    'WWW.Bithumb.COM.': 'www.bithumb.com',
    'police-go-kr[.]example[.]co[.]kr': 'police-go-kr.example.co.kr',
    '例え.jp': 'xn--r8jz45g.jp',
    'XN--R8JZ45G.JP': 'xn--r8jz45g.jp',
    '삼성。한국': 'xn--cg4bki.xn--3e0b707e',
    '中国互联网络信息中心.中国': 'xn--fiqa61au8b7zsevnm8ak20mc4a87e.xn--fiqs8s',
    'faß.de': 'xn--fa-hia.de',
    'b\uff41nk.com': 'bank.com',
    '_dmarc.example.com': '_dmarc.example.com',
    'kyc-bithumb.github.io': 'kyc-bithumb.github.io',
    'facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion':
      'facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion',
  }),
  ...good('email', undefined, 'RFC 5321', {
    'Recruit.Team@Naver.com': 'recruit.team@naver.com',
    'a+tag@example.com': 'a+tag@example.com',
    'info[@]fsec[.]or[.]kr': 'info@fsec.or.kr',
    "o'hara|x@例え.jp": "o'hara|x@xn--r8jz45g.jp",
  }),
  ...good('account', undefined, 'our own form', {
    'bithumb.com/u-1024': 'bithumb.com/u-1024',
    'WWW.Bithumb[.]com/U-1024': 'bithumb.com/U-1024',
    'yobit.net/a/b|c': 'yobit.net/a/b|c',
    // A hangul syllable as three letters, then as one.
    'coincheck.com/\u1112\u1161\u11ab': 'coincheck.com/\ud55c',
  }),
  ...good('file-hash', undefined, 'digests of nothing', {
    d41d8cd98f00b204e9800998ecf8427e: 'd41d8cd98f00b204e9800998ecf8427e',
    DA39A3EE5E6B4B0D3255BFEF95601890AFD80709: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    [sha256OfNothing]: sha256OfNothing,
  }),
];

export const badVectors: Bad[] = [
  ...bad('wallet', 'bitcoin', 'the genesis address, spoiled', {
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb': 'Base58Check checksum',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7Div': 'Base58Check checksum',
    '1A1zP1eP5QGefi2DMPTf': 'has 20 characters',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a': 'character 33 is a digit; Base58',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN\u0430': 'character 34 is a letter outside ASCII',
    '1A1zP1eP5QGefi2 DMPTfTL5SLmv7DivfNa': 'character 16 is a space',
    '1A1zP1eP5QGefi2\u200bDMPTfTL5SLmv7DivfNa': 'character 16 is an invisible character',
    'bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'character 8 is a punctuation mark',
    '😀1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'character 1 is a symbol outside ASCII',
    '1\ud800zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'character 2 is half of a surrogate pair',
    '1\u0000zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'character 2 is a control character',
  }),
  ...bad('wallet', 'bitcoin', 'another network or chain', {
    mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn: 'version byte 0x6f',
    '2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc': 'version byte 0xc4',
    TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t: 'version byte 0x41',
    LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb: 'version byte 0x30',
    [eip55]: 'character 1 is a digit',
    tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7: 'test network',
  }),
  ...bad('wallet', 'bitcoin', 'a right checksum over a byte too few, and one too many', {
    Y99AyqyZs4hrHufELMVLdkp1QPf9qnLH: 'holds 20 bytes',
    BTfTesoFhN7icX1nC98qhZk1ochbuNrSEN6: 'holds 22 bytes',
  }),
  ...bad('wallet', 'bitcoin', 'BIP-350', {
    bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd: 'of the other kind',
    BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL: 'of the other kind',
    bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh: 'of the other kind',
    bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4: 'character 60 is a lower-case letter',
    BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R: 'witness version 17',
    bc1pw5dgrnzv: 'has 12 characters',
    bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav: 'has 76 characters',
    BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P: 'has 16 bytes; version 0 has 20 or 32',
    bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf: 'padding',
    bc1gmk9yu: 'has 9 characters',
  }),
  ...bad('wallet', 'bitcoin', 'BIP-173', {
    bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5: 'bech32 checksum',
    bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4: 'mixes upper and lower case',
    // Version 2 with the checksum that was right before BIP-350.
    bc1zw508d6qejxtdg4y5r3zarvaryvg6kdaj: 'of the other kind',
  }),
  ...bad('wallet', 'ethereum', 'an EIP-55 example, spoiled', {
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD': 'EIP-55 checksum',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe': 'has 41 characters',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg': 'character 42 is a lower-case letter',
    '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed': 'does not begin with 0x',
    [`0x${pizza}`]: 'has 66 characters',
  }),
  ...bad('wallet', 'tron', 'spoiled, or another chain', {
    TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T: 'Base58Check checksum',
    tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t: 'character 23 is a lower-case letter',
    TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6: 'has 33 characters; a TRON address has 34',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'version byte 0x00',
    '41a614f803b6fd780986a42c78ec9c7f77e6ded13c': 'hexadecimal form',
  }),
  ...bad('wallet', 'nem', 'spoiled, or another network', {
    NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJK: 'NEM checksum',
    NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJ: 'has 39 characters',
    NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJ1: 'character 40 is a digit',
    TALICE6KJ2SRSIJFVVFFH6ICUIYZ2ZZGNFUDJGRT: 'network byte 0x98',
  }),

  ...bad('transaction', 'bitcoin', 'shape', {
    [pizza.slice(1)]: 'has 63 hexadecimal digits',
    [`${pizza.slice(1)}g`]: 'character 64 is a lower-case letter',
    [`0x0x${pizza.slice(4)}`]: 'character 4 is a lower-case letter',
  }),
  ...bad('transaction', 'ethereum', 'an address is no transaction', { [eip55]: 'has 40 hexadecimal digits' }),
  ...bad('transaction', 'tron', 'shape', { TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t: 'character 1' }),
  ...bad('transaction', 'nem', 'shape', { [alice]: 'character 1' }),

  ...bad('ip', undefined, 'not one address, or not in its own notation', {
    '256.1.1.1': 'part 1',
    '175.45.178.019': 'part 4',
    '0x7f.0.0.1': 'character 2',
    '1.2.3': 'has 3 parts',
    '16909060': 'has 1 parts',
    '175.45.178.0/24': 'range',
    '175.45.178.19:443': 'port',
    'fe80::1%eth0': 'zone',
    '1::2::3': 'eight groups',
    '1:2:3:4:5:6:7': 'eight groups',
    '::ffff:010.0.0.1': 'eight groups',
    'naver.com': 'character 1',
  }),
  ...bad('domain', undefined, 'not a name in the DNS', {
    com: 'public suffix',
    'co.kr': 'public suffix',
    localhost: 'top-level domain',
    'printer.local': 'top-level domain',
    '1.2.3.4': 'IP address',
    '１.２.３.４': 'IP address',
    'a..com': 'label 2',
    '-a.com': 'label 1',
    'xn--zzzzzzzz.com': 'internationalised name',
    'a\u202eb.com': 'internationalised name',
    'a%2ecom': 'character 2 is a punctuation mark',
    'https://naver.com/': 'character 6',
    'user@naver.com': 'character 5',
    [`${'a'.repeat(64)}.com`]: 'label 1',
    [`${'a.'.repeat(126)}com`]: 'has 255 characters',
  }),
  ...bad('email', undefined, 'no mailbox', {
    'naver.com': 'has no @',
    '@naver.com': 'has 0 characters before the @',
    'a@': 'after the @: label 1',
    'a@b@naver.com': 'after the @: character 4',
    'a..b@naver.com': 'two in a row',
    '"a b"@naver.com': 'character 1 is a punctuation mark',
    '김@naver.com': 'character 1 is a letter outside ASCII',
    'a@localhost': 'top-level domain',
    [`${'a'.repeat(65)}@naver.com`]: 'has 65 characters before the @',
    [`${'a'.repeat(64)}@${'a.'.repeat(94)}com`]: 'more than 254',
  }),
  ...bad('account', undefined, 'service or id missing', {
    'u-1024': 'has no /',
    'bithumb/u-1024': 'before the /: does not end in a public top-level domain',
    'bithumb.com/': 'has 0 characters after the /',
    [`bithumb.com/${'1'.repeat(129)}`]: 'has 129 characters after the /',
    'bithumb.com/u 1024': 'character 14 is a space',
    'bithumb.com/u\u202e1024': 'character 14 is an invisible character',
  }),
  ...bad('file-hash', undefined, 'shape', {
    d41d8cd98f00b204e9800998ecf8427: 'has 31 hexadecimal digits',
    'md5:d41d8cd98f00b204e9800998ecf8427e': 'character 1',
  }),
];
