import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldText, plainText } from './text.js';

const text = plainText(20);

test.each([
  '빗썸',
  'コインチェック',
  '新经币 被盗',
  'two\nlines\tand a tab',
  '👮🏽 and 👨‍👩‍👧',
  'e\u0301',
  'שלום',
  ' kept as sent ',
  'x'.repeat(20),
])('plain text: %j is kept as sent', (value) => {
  expect(text.parse(value)).toBe(value);
});

test.each([
  ['nothing', ''],
  ['blank', ' \n\t\u3000'],
  ['too long', 'x'.repeat(21)],
  ['NUL', 'a\u0000'],
  ['backspace', 'a\b'],
  ['vertical tab', 'a\v'],
  ['carriage return', 'a\r\n'],
  ['escape', '\u001b[2J'],
  ['delete', 'a\u007f'],
  ['C1 control', 'a\u0085'],
  ['right-to-left override', 'a\u202eb'],
  ['left-to-right embedding', 'a\u202ab'],
  ['isolate', 'a\u2067b'],
  ['byte order mark', '\ufeffa'],
  ['high surrogate alone', 'a\ud83d'],
  ['low surrogate alone', '\ude00a'],
])('plain text: %s is refused', (_, value) => {
  expect(text.safeParse(value).success).toBe(false);
});

test.each([
  ['case', 'Lazarus GROUP', 'lazarus group'],
  ['white space of any kind', ' Lazarus\u00a0\n Group\u3000', 'lazarus group'],
  ['width', 'ＣＯＩＮＣＨＥＣＫ', 'coincheck'],
  ['half-width kana', 'ｺｲﾝﾁｪｯｸ', 'コインチェック'],
  ['Hangul by letter', '\u1107\u1175\u11ba\u110a\u1165\u11b7', '빗썸'],
  ['a mark apart from its letter', 'Zu\u0308rich', 'zürich'],
  ['a letter and mark that are one in lower case alone', 'H\u0331', 'ẖ'],
  ['a ligature', 'ﬁnance', 'finance'],
])('folding forgets %s', (_, one, other) => {
  expect(foldText(one)).toBe(foldText(other));
});

test.each([
  ['Bithumb', 'Bithump'],
  ['Coincheck', 'Coin check'],
  ['李', '李明'],
])('folding tells %s from %s', (one, other) => {
  expect(foldText(one)).not.toBe(foldText(other));
});

test('folding what is folded changes nothing', () => {
  const letters = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'HTWYJİΣς\u0331\u0308\u030a\u0345 '),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(letters, (value) => {
      expect(foldText(foldText(value))).toBe(foldText(value));
    }),
    { numRuns: 1000 },
  );
});
