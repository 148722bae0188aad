import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { nameKey, runsOf, vectorsOf } from './words.js';

const runs = (text: string) => [...runsOf(text)].map(({ text: run, paired }) => (paired ? `[${run}]` : run));

test.each([
  ['암호화폐 거래소', ['[암호화폐]', '[거래소]']],
  ['BTC를 보냈다', ['btc', '[를]', '[보냈다]']],
  ['仮想通貨流出、NEM5億', ['[仮想通貨流出]', 'nem5', '[億]']],
  ['ビットコイン', ['[ビットコイン]']],
  ['ﾋﾞｯﾄｺｲﾝ', ['[ビットコイン]']],
  ['Spear-Phishing™', ['spear', 'phishingtm']],
  ['한글', ['[한글]']],
  ['ΟΔΟΣ οδός', ['οδοσ', 'οδόσ']],
  ['株式会社㈱', ['[株式会社]', '[株]']],
  ['', []],
])('%s', (text, expected) => {
  expect(runs(text)).toEqual(expected);
});

test('a run stands where it stands in the text as it was given', () => {
  const text = 'a ｶﾞｽ ㈱ 한글 İx';
  const places = [...runsOf(text)].map((run) => text.slice(run.startOf(0), run.endOf(run.text.length)));
  expect(places).toEqual(['a', 'ｶﾞｽ', '㈱', '한글', 'İx']);
});

test('pairs of neighbours, and the last character alone', () => {
  expect(vectorsOf([{ text: '混币器 use', weight: 'A' }])).toEqual([`'混币':1A '币器':2A '器':3A 'use':5A`]);
});

test('no phrase reaches from one text into the next', () => {
  const [vector = ''] = vectorsOf([
    { text: 'hot', weight: 'A' },
    { text: 'wallet', weight: 'D' },
  ]);
  expect(vector).toBe(`'hot':1A 'wallet':11D`);
});

test('a long text goes on in further parts; each holds to the limits of a tsvector', () => {
  for (const text of ['자금세탁 '.repeat(12_000), '하'.repeat(50_000), 'word '.repeat(3_000)]) {
    const parts = vectorsOf([{ text, weight: 'D' }]);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      for (const [, places = ''] of part.matchAll(/'[^']+':([\dD,]+)/g)) {
        const positions = places.split(',').map((place) => Number.parseInt(place));
        expect(positions.length).toBeLessThan(256);
        expect(Math.max(...positions)).toBeLessThan(16_383);
      }
    }
  }
});

test('names compare without regard to width, case and what stands between', () => {
  expect(nameKey('PARK Jin-hyok')).toBe(nameKey('Ｐａｒｋ  jin hyok'));
});

test('law: what is folded once stays, and nothing is a quotation mark or a backslash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      for (const { text: run } of runsOf(text)) {
        expect([...runsOf(run)].map((again) => again.text).join('')).toBe(run);
        expect(run).not.toMatch(/['\\\s]/);
      }
    }),
  );
});
