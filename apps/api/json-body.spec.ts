import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import { isDeeper } from './json-body.js';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((inner) => depthOf(inner)))
    : 0;

test('what is in texts is no level: brackets, quotation marks and backslashes', () => {
  const text = fc.string({ unit: fc.constantFrom('[', '{', ']', '}', '"', '\\', 'x') });
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, text, fc.array(tie('value')), fc.dictionary(text, tie('value'))),
  }));
  fc.assert(
    fc.property(value, fc.nat(5), (sent, most) => {
      expect(isDeeper(JSON.stringify(sent), most)).toBe(depthOf(sent) > most);
    }),
  );
});

test('a text without an end is walked once', () => {
  expect(isDeeper(`["${'\\"'.repeat(500_000)}`, 64)).toBe(false);
});
