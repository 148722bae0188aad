import { type Bad, bad, type Good, good, same } from './vector.js';

const standard =
  '4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge';
const sapling = 'zs1z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9slya';
const unified =
  'u1p5rt2l48lpmyyeypnffal288jgf2tz50fzn23jdp68vcujvwn0uz5u0evcp35jfmfvrl26az7suqqfm0skn9mmz9un86gqkq9va32v4s';
const zeros20 = '1111111111111111111114oLvT2';

/** Wallets of the descendants of Bitcoin, of the XRP Ledger and of Monero. */
export const goodCoins: Good[] = [
  ...good('wallet', 'bitcoin-cash', 'cashaddr specification: legacy, prefixed, bare', {
    '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu': 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a': 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A': 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A: 'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    '1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR': 'qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy',
    '16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb': 'qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r',
    '3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC': 'ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq',
    '3LDsS579y7sruadqu11beEJoTjdFiFCdX4': 'pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e',
    '31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw': 'pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37',
    'bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2': 'qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2',
  }),
  ...good('wallet', 'bitcoin-cash', 'Bitcoin Cash Node tests: asks for tokens; 32-byte script hash', {
    'bitcoincash:zr6m7j9njldwwzlg9v7v53unlr4jkmx6eycnjehshe': 'qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2',
    'bitcoincash:pwqwzrf7z06m7nn58tkdjyxqfewanlhyrpxysack85xvf3mt0rv02l9dxc5uf':
      'pwqwzrf7z06m7nn58tkdjyxqfewanlhyrpxysack85xvf3mt0rv02l9dxc5uf',
  }),
  ...good('wallet', 'litecoin', 'hash of the common P2SH example; P2SH as M and as 3', {
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy': 'MQMHBtvnBfxTzt3K2bdxgSE7qZPHSXWsGM',
    MQMHBtvnBfxTzt3K2bdxgSE7qZPHSXWsGM: 'MQMHBtvnBfxTzt3K2bdxgSE7qZPHSXWsGM',
    MVcg9uEvtWuP5N6V48EHfEtbz48qR8TKZ9: 'MVcg9uEvtWuP5N6V48EHfEtbz48qR8TKZ9',
  }),
  ...good('wallet', 'litecoin', 'programs of BIP-173 and BIP-350 under ltc', {
    LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9: 'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9',
    ltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpj6zg2:
      'ltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpj6zg2',
  }),
  ...same('wallet', 'OFAC list', ['LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb'], 'litecoin'),
  ...same('wallet', 'a common P2PKH example', ['DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L'], 'dogecoin'),
  ...same('wallet', 'P2SH, hash of 20 zero bytes', ['9rSGfPZLcyCGzY4uYEL1fkzJr6fkicS2rs'], 'dogecoin'),
  ...same('wallet', 'OFAC list', ['XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz2'], 'dash'),
  ...same('wallet', 'Dash Core tests: P2SH', ['7gnwGHt17heGpG9Crfeh4KGpYNFugPhJdh'], 'dash'),
  ...same(
    'wallet',
    'ZIP 320 vectors, and Zcash wallets',
    [
      't1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW',
      't3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd',
      'zcU1Cd6zYyZCd2VJF8yKgmzjxdiiU1rgTTjEwoN1CGUWCziPkUTXUjXmX7TMqdMNsTfuiGN1jQoVN4kGxUR4sAPN4XZ7pxb',
      sapling,
    ],
    'zcash',
  ),
  ...same(
    'wallet',
    'ZIP 316 vectors, and one of a wallet',
    [
      unified,
      'u1k9kavjcgta8y9t9lv3grvry5fqs6avhe9panu4jlg5j5mkkn4wj844mau24n4hx79yst6glun3wa095upapkqhgyrq9kfd7jr7q9dgpafhwvgl8ujxrlprl5zahl69cprsets6h2t98',
      // Long enough for a second block of F4Jumble's wide hash.
      'u1e9d8xtcu2a2end34tyr0jaya9yknxh48myd2ptu4mcvq360c0uraxy9sj4jwmzkhw0ska4aypem4cjy2kykgxs7yc020ru76ftny3t0r3ddecnzh4x2vyp7yeh7uwf6fmt88ehud475lx4up3hv6suz5lgvz4g4tmgl5wy5nat2hp98xv8dygfvculrmdcemt8pulaq9r2g5yus3exmlt',
      'u1u2h4ce7e2cn3z4nzur95muq2dl4da9x8h8kdp2l80gm9nl9raj8zzpx79ycjnfvar4v5exea5pqr5y9qsnlp0cdunwf9yjjx5c4q7ar9',
    ],
    'zcash',
  ),
  ...good('wallet', 'zcash', 'a QR code, in upper case', { [unified.toUpperCase()]: unified }),
  ...same('wallet', 'XRP Ledger: a common example', ['rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH'], 'xrp'),
  ...same(
    'wallet',
    'XRP Ledger: accounts zero and one',
    ['rrrrrrrrrrrrrrrrrrrrrhoLvTp', 'rrrrrrrrrrrrrrrrrrrrBZbvji'],
    'xrp',
  ),
  ...same(
    'wallet',
    'Monero documentation: standard, integrated, subaddress of the same keys',
    [
      standard,
      '4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK',
      '8BTd81B7syWcfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv25pnJx6',
    ],
    'monero',
  ),
];

export const badCoins: Bad[] = [
  ...bad('wallet', 'bitcoin-cash', 'spoiled', {
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q': 'cashaddr checksum',
    qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6: 'has 41 characters without the prefix',
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6A': 'mixes upper and lower case',
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx61': 'character 54 is a digit; cashaddr',
    qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdxb6: 'character 41 is a lower-case letter',
    '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggU': 'Base58Check checksum',
  }),
  ...bad('wallet', 'bitcoin-cash', 'cashaddr specification: another network, prefix, size or type', {
    'bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t': 'test network',
    'pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5': 'another prefix',
    // Right under its own prefix, which is part of what is summed.
    pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t: 'cashaddr checksum',
    'bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0': 'has 48 characters without the prefix',
    'bitcoincash:qvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq5nlegake': 'a size that its type',
    mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn: 'version byte 0x6f',
  }),
  ...bad('wallet', 'litecoin', 'spoiled, or another network or chain', {
    LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfB: 'Base58Check checksum',
    LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwf: 'has 33 characters',
    '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2': 'version byte 0x00; Litecoin mainnet has 0x30 and 0x32 and 0x05',
    tltc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqkh8eg2: 'test network',
    ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8: 'bech32 checksum',
    ltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5w2wdg: 'of the other kind',
    ltc1qw508d6q: 'has 12 characters; a segwit address has 15 to 75 (43 and 63 are usual)',
    bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4: 'character 7 is a digit; Base58',
    ltcmweb1qq: 'MWEB',
  }),
  ...bad('wallet', 'dogecoin', 'spoiled, or another chain', {
    DH5yaieqoZN36fDVciNyRueRGvGLR3mr7l: 'character 34 is a lower-case letter',
    DH5yaieqoZN36fDVciNyRueRGvGLR3mr7M: 'Base58Check checksum',
    LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb: 'version byte 0x30',
  }),
  ...bad('wallet', 'dash', 'spoiled, or another network', {
    XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz3: 'Base58Check checksum',
    XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz22: 'has 35 characters; Dash addresses in Base58 have 34',
    yLKSrCjLQFsfVgX8RjdctZ797d54atPjnV: 'version byte 0x8c',
  }),
  ...bad('wallet', 'zcash', 'spoiled, or another network', {
    t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgX: 'Base58Check checksum',
    t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdg: 'has 34 characters',
    tmEZhbWHTpdKMw5it8YDspUXSMGQyFwovpU: 'version bytes 0x1d25; Zcash mainnet has 0x1cb8 and 0x1cbd',
    zcU1Cd6zYyZCd2VJF8yKgmzjxdiiU1rgTTjEwoN1CGUWCziPkUTXUjXmX7TMqdMNsTfuiGN1jQoVN4kGxUR4sAPN4XZ7pxc:
      'Base58Check checksum',
    [sapling.slice(0, -1)]: 'has 77 characters; a Sapling address has 78',
    [`${sapling.slice(0, -1)}q`]: 'bech32 checksum',
    [`${sapling.slice(0, -1)}A`]: 'mixes upper and lower case',
    // Zero bytes, with the checksum of bech32m.
    [`zs1${'q'.repeat(69)}5u2pz2`]: 'bech32 checksum',
    // A byte too many, with a right checksum.
    [`zs1${'q'.repeat(71)}4sgnt8`]: 'has 80 characters',
    ztestsapling1qq: 'test network',
    tex10wur2u9clts5dcpu2vc6qg93uzyj7cca2xm732: 'TEX address',
    [`${unified.slice(0, -1)}q`]: 'bech32 checksum',
    [unified.slice(0, 60)]: 'has 60 characters; a unified address has at least',
  }),
  ...bad('wallet', 'xrp', 'spoiled, or not an account', {
    rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRh: 'Base58Check checksum',
    rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzR0: 'character 34 is a digit',
    rN7n7otQDd6FczFgLdSq: 'has 20 characters; XRP addresses in Base58 have 25 to 35',
    XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb: 'X-address',
    // Right in Bitcoin's order of the same characters.
    [zeros20]: 'Base58Check checksum',
  }),
  ...bad('wallet', 'monero', 'spoiled, no address, or another network', {
    [`${standard.slice(0, -1)}f`]: 'Monero checksum',
    // One bit of the first byte of the checksum.
    '4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv266aSQJ':
      'Monero checksum',
    [standard.slice(0, -1)]: 'has 94 characters; a Monero address has 95',
    [`${standard.slice(0, -1)}l`]: 'character 95 is a lower-case letter',
    [`zzzzzzzzzzz${standard.slice(11)}`]: 'a block of 11 characters',
    // On the OFAC list of Monero addresses.
    '5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320': 'is 64 hexadecimal digits',
    [`9sAejnQ9EBR${'1'.repeat(78)}5GTCxb`]: 'network byte 53',
    [`4BKnGLZNZ5q${'1'.repeat(78)}3S9JYY`]: 'its network byte says integrated, which has 106',
    [`41d7FXjswpK${'1'.repeat(89)}4Vqf9b`]: 'its network byte says standard, which has 95',
  }),
];
