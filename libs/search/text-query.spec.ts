import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '#core';
import { compile, nameCandidates, parseQuery } from './text-query.js';

const told = (query: string) =>
  parseQuery(query).map(({ runs, prefix, excluded, quoted }) =>
    [excluded ? '-' : '', quoted ? '"' : '', runs.map(({ text }) => text).join('_'), prefix ? '*' : ''].join(
      '',
    ),
  );

test.each([
  ['spear phishing', ['spear', 'phishing']],
  ['"spear phishing" bithumb', ['"spear_phishing', 'bithumb']],
  ['spear-phishing', ['spear_phishing']],
  ['bith* -youbit -"hot wallet"', ['bith*', '-youbit', '-"hot_wallet']],
  ['"spear phish*"', ['"spear_phish*']],
  ['자금세탁방지 仮想通貨流出 混币器', ['자금세탁방지', '仮想通貨流出', '混币器']],
  ['BTC를　송금', ['btc_를', '송금']],
  ['“仮想 通貨”　－流出', ['"仮想_通貨', '-流出']],
  ['ﾋﾞｯﾄｺｲﾝ ＢＴＣ', ['ビットコイン', 'btc']],
  ['203.0.113[.]80', ['203_0_113_80']],
  ['Coincheck - NEM ?', ['coincheck', 'nem']],
  ['박*', ['박*']],
])('%s', (query, terms) => {
  expect(told(query)).toEqual(terms);
});

describe('refused, and where', () => {
  test.each([
    ['coincheck "nem', 10],
    ['"', 0],
    ['bit*humb', 3],
    ['*', 0],
    ['nem *', 4],
    ['x b*', 2],
    ['-bithumb', 0],
    ['?!', 0],
    ['a b c d e f g h i j k l m', 24],
    [`nem "${'a '.repeat(90)}"`, 4],
  ])('%s', (query, at) => {
    let thrown: unknown;
    try {
      parseQuery(query);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ServiceError);
    expect(thrown).toMatchObject({ code: 'INVALID', faults: [{ path: `query[${at}]` }] });
  });
});

test('a query says in tsquery what it says in words', () => {
  expect(compile(parseQuery('混币器 "hot wall*" -youbit'))).toMatchObject({
    everything: `('混币' <1> '币器') & ('hot' <2> 'wall':*) & !('youbit')`,
    anything: `('混币' <1> '币器') | ('hot' <2> 'wall':*)`,
    unwanted: [`'youbit'`],
  });
});

test('where words are a name, its other names will do; the longest name is taken', () => {
  const terms = parseQuery('Park Jin-Hyok 송금');
  expect(nameCandidates(terms).map(({ name }) => name)).toContain('park jin hyok');
  const aliases = new Map([
    ['park jin hyok', ['박진혁']],
    ['park', ['공원']],
  ]);
  expect(compile(terms, aliases).wanted).toEqual([
    `(('park') & ('jin' <2> 'hyok')) | ('박진' <1> '진혁')`,
    `'송금'`,
  ]);
});

test('what is excluded, begun or quoted with others is no name', () => {
  expect(nameCandidates(parseQuery('-park jin* "hyok a" b')).map(({ name }) => name)).toEqual([
    'hyok a',
    'b',
  ]);
});
