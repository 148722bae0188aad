import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { read, separate } from './index.js';
import { goodVectors } from './vectors.js';

const BITCOIN = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
const EVM = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

describe('a pasted text is separated into its values', () => {
  test.each<[string, string, string[]]>([
    ['one value', BITCOIN, [BITCOIN]],
    ['lines of Windows, with an empty one', `${BITCOIN}\r\n\r\n${EVM}\r\n`, [BITCOIN, EVM]],
    ['commas and spaces', `${BITCOIN}, ${EVM},a.com`, [BITCOIN, EVM, 'a.com']],
    ['a row of a table', `${BITCOIN}\t${EVM}`, [BITCOIN, EVM]],
    ['semicolons and bars', `a.com;b.com | c.com`, ['a.com', 'b.com', 'c.com']],
    ['full-width marks', 'a.com、b.com，c.com', ['a.com', 'b.com', 'c.com']],
    ['a URL with commas and bars', 'hxxps://a.com/x,y|z?q=1;2', ['hxxps://a.com/x,y|z?q=1;2']],
    ['URLs in a row', 'http://a.com/x,y,hxxp://b.com', ['http://a.com/x,y', 'hxxp://b.com']],
    ['nothing but blanks', ' \n ', ['']],
  ])('%s', (_, text, values) => {
    expect(separate([text], 10)).toEqual(values);
  });

  test('texts in their order, and no more than are wanted', () => {
    expect(separate(['a b', 'c', 'd e'], 4)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('every list of values comes out as it went in', () => {
    const value = fc
      .constantFrom(...goodVectors.map((one) => one.value))
      .filter((one) => !/[\s,;|]/.test(one));
    const mark = fc.constantFrom(' ', '\n', '\r\n', ', ', '\t', ' ; ', ' | ');
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), mark, (values, between) => {
        expect(separate([values.join(between)], 100)).toEqual(values);
      }),
    );
  });
});

describe('what was made unclickable', () => {
  test.each([
    ['hxxps://evil[.]naver.com/a', 'https://evil.naver.com/a'],
    ['hXXp[:]//naver(dot)com', 'http://naver.com/'],
    ['hxxp[://]naver{.}com', 'http://naver.com/'],
    ['some.one[@]naver[dot]com', 'some.one@naver.com'],
    ['some.one(at)naver.com', 'some.one@naver.com'],
    ['192[.]0[.]2[.]1', '192.0.2.1'],
    ['"naver.com",', 'naver.com'],
    ['<http://naver.com>', 'http://naver.com/'],
    ['(naver.com)', 'naver.com'],
    ['http://naver.com/x_(y)', 'http://naver.com/x_(y)'],
  ])('%s is %s', (value, plain) => {
    expect(read(value).candidates.map((one) => one.value)).toEqual([plain]);
  });
});

test('an address in 0x is one on every chain of its kind, with one value', () => {
  const { candidates, reason } = read(EVM);
  expect(reason).toBeNull();
  expect(candidates.map(({ type }) => type)).toEqual(Array(12).fill('wallet'));
  expect(candidates.map(({ chain }) => chain)).toEqual(expect.arrayContaining(['ethereum', 'bsc', 'kaia']));
  expect(new Set(candidates.map(({ value }) => value))).toEqual(new Set([EVM.toLowerCase()]));
  expect(candidates[0]?.key).toBe(`wallet|ethereum|${EVM.toLowerCase()}`);
});

test('64 hexadecimal digits are a transaction on many chains, and a file', () => {
  const types = read('ab'.repeat(32)).candidates.map(({ type }) => type);
  expect(new Set(types)).toEqual(new Set(['transaction', 'file-hash']));
});

test.each([
  ['', 'It is empty.'],
  ['hello', 'It has the form of no wallet'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'Read as wallet on Bitcoin: the Base58Check checksum'],
  ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', 'Read as wallet on Ethereum: the EIP-55 checksum'],
  ['192.0.2.999', 'Read as ip: part 4'],
  ['some.one@', 'Read as email: after the @'],
  ['https://nowhere.invalid/', 'Read as url: its host: does not end in a public top-level domain'],
  ['x'.repeat(3000), 'It is too long'],
])('%s is none: %s', (value, reason) => {
  const told = read(value);
  expect(told.candidates).toEqual([]);
  expect(told.reason).toContain(reason);
});

test('whatever is pasted is read or refused with a reason that quotes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const piece of separate([text], 50)) {
        const { candidates, reason } = read(piece);
        expect(candidates.length > 0).toBe(reason === null);
      }
    }),
  );
});

test('every good value of every type is read as what it is', () => {
  for (const { type, chain, value, normal } of goodVectors) {
    const { candidates } = read(value);
    expect(candidates).toContainEqual(expect.objectContaining({ type, chain: chain ?? null, value: normal }));
  }
});
