import { type Bad, bad, type Good, good, same } from './vector.js';

const taproot = 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0';
const alice = 'NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJJ';
const eip55 = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

export const goodWallets: Good[] = [
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
];

export const badWallets: Bad[] = [
  ...bad('wallet', 'bitcoin', 'the genesis address, spoiled', {
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb': 'Base58Check checksum',
    // One bit of the first byte of the checksum.
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DkQeev': 'Base58Check checksum',
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
    [`0x${'0'.repeat(64)}`]: 'has 66 characters',
  }),
  ...bad('wallet', 'tron', 'spoiled, or another chain', {
    TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T: 'Base58Check checksum',
    tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t: 'character 23 is a lower-case letter',
    TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6: 'has 33 characters; TRON addresses in Base58 have 34',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': 'version byte 0x00',
    '41a614f803b6fd780986a42c78ec9c7f77e6ded13c': 'hexadecimal form',
  }),
  ...bad('wallet', 'nem', 'spoiled, or another network', {
    NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJK: 'NEM checksum',
    NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJ: 'has 39 characters',
    NALICELGU3IVY4DPJKHYLSSVYFFWYS5QPLYEZDJ1: 'character 40 is a digit',
    TALICE6KJ2SRSIJFVVFFH6ICUIYZ2ZZGNFUDJGRT: 'network byte 0x98',
  }),
];
