import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { foldText } from '#core';
import { stretchesOf } from './text-match.js';
import { parseQuery } from './text-query.js';
import { snippetsOf } from './text-snippets.js';
import { completions, unfinished } from './text-suggestions.js';

const marked = (text: string, query: string) =>
  [...stretchesOf(text, parseQuery(query))].map(({ from, to }) => text.slice(from, to));

test.each([
  ['거래소는 입출금을 중단', '출금', ['출금']],
  ['Spear-phishing mails', '"spear phishing"', ['Spear-phishing']],
  ['spear mails, phishing', '"spear phishing"', []],
  ['BTC를 보냈다', 'BTC를', ['BTC를']],
  ['BTC 주소', '"btc 주"', ['BTC 주']],
  ['지갑 btc', '"갑 btc"', ['갑 btc']],
  ['지갑들 btc', '"갑 btc"', []],
  ['ｺｲﾝﾁｪｯｸ社', 'コインチェック', ['ｺｲﾝﾁｪｯｸ']],
  ['Exchanges', 'exch*', ['Exchange'.slice(0, 4)]],
  ['Exchanges', 'exchange', []],
])('%s: %s', (text, query, expected) => {
  expect(marked(text, query)).toEqual(expected);
});

test('law: characters of a script that is cut into pairs are found where they stand, and nowhere else', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'가나다混币器ｶﾞ 、a'), maxLength: 12 });
  const wanted = fc.string({ unit: fc.constantFrom(...'가나다混币器'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(letters, wanted, (text, query) => {
      expect(marked(text, query).length > 0).toBe(foldText(text).includes(query));
    }),
    { numRuns: 2_000 },
  );
});

const text = (field: 'title' | 'body', written: string) =>
  ({ field, language: 'ko', text: written, weight: 'A' }) as const;

test('a snippet has the text around the first match, in segments, and nothing is lost between them', () => {
  const long = `${'앞 '.repeat(200)}混币器 and 混币器 ${'뒤 '.repeat(200)}`;
  const [snippet, ...others] = snippetsOf(
    [text('title', 'Nothing'), text('body', long)],
    parseQuery('混币器'),
  );
  expect(others).toEqual([]);
  expect(snippet?.field).toBe('body');
  const segments = snippet?.segments ?? [];
  expect(segments.filter(({ match }) => match)).toEqual(Array(2).fill({ text: '混币器', match: true }));
  const whole = segments.map((segment) => segment.text).join('');
  expect(long).toContain(whole);
  expect(whole.length).toBeLessThanOrEqual(241);
});

test('a snippet does not cut a character in two', () => {
  const long = `${'😀'.repeat(100)} nem ${'😀'.repeat(300)}`;
  const [snippet] = snippetsOf([text('body', long)], parseQuery('nem'));
  for (const { text: part } of snippet?.segments ?? []) expect(part.isWellFormed()).toBe(true);
});

const suggested = (query: string, ...documents: string[]) => {
  const last = unfinished(query, parseQuery(query));
  const beginning = last?.runs.at(-1);
  return beginning
    ? completions(
        beginning,
        documents.map((document) => [document]),
      )
    : null;
};

test('a document without a gap takes no longer for its length, and is looked at in so many places', () => {
  const parts = Array.from({ length: 400 }, (_, n) => `가${String.fromCodePoint(0xb000 + n)}`);
  const [near, far] = ['가\ub010', '가\ub17a'];
  expect(suggested('가', parts.join(''))).toHaveLength(10);
  expect(suggested(near, parts.join(''))).not.toEqual([]);
  // By its beginning alone, beyond the places that are looked at, it is not told.
  const long = `${'가나'.repeat(210)}${far}`;
  expect(suggested('가', long)?.some((text) => text.includes('\ub17a'))).toBe(false);
  expect(suggested('가', ...Array.from({ length: 50 }, () => '가'.repeat(50_000)))).toEqual([
    `가${'가'.repeat(6)}`,
  ]);
});

test('a word that may go on is completed by what documents have, the most frequent first', () => {
  expect(suggested('coin', 'Coincheck, coins', 'coincheck', 'coin')).toEqual(['coincheck', 'coins']);
  expect(suggested('암호', '암호화폐를', '암호화폐가', '암호화폐 거래소')).toEqual([
    '암호화폐',
    '암호화폐가',
    '암호화폐를',
  ]);
});

test.each(['coin*', '"coin', 'nem -coin', '"coin"'].filter((query) => query !== '"coin'))(
  '%s is not completed',
  (query) => {
    expect(suggested(query, 'coincheck')).toBeNull();
  },
);
