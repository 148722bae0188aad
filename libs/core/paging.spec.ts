import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from './errors.js';
import { cursorOf, listKey, pageOf, pageRequest, type Position } from './paging.js';

const LIST = listKey('findings', { kinds: ['hack'] });

const micros = fc.bigInt({ min: 0n, max: 9_999_999_999_999_999n }).map(String);
const positions: fc.Arbitrary<Position> = fc.record({ key: micros, id: fc.uuid() });

/** The path and code of what is thrown. */
function faultOf(fn: () => unknown): [string, string | undefined] {
  try {
    fn();
  } catch (error) {
    if (error instanceof ServiceError) return [error.code, error.faults[0]?.path];
  }
  return ['nothing was thrown', undefined];
}

describe('cursors', () => {
  test('a cursor gives its position back', () => {
    fc.assert(
      fc.property(positions, (position) => {
        expect(pageRequest(LIST, { after: cursorOf(LIST, position) }).after).toEqual(position);
      }),
    );
  });

  test('it is good for its own list and filters alone', () => {
    fc.assert(
      fc.property(positions, fc.string(), fc.jsonValue(), (position, list, filter) => {
        const other = listKey(list, filter);
        fc.pre(other !== LIST);
        const cursor = cursorOf(other, position);
        expect(faultOf(() => pageRequest(LIST, { after: cursor }))).toEqual(['INVALID', 'after']);
      }),
    );
  });

  test('whatever is sent for one is refused as INVALID, or is a position that can be compared', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => Buffer.from(text).toString('base64url')),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
      fc
        .tuple(fc.oneof(fc.string(), micros), fc.oneof(fc.string(), fc.uuid()))
        .map(([key, id]) => cursorOf(LIST, { key, id })),
    );
    fc.assert(
      fc.property(texts, (after) => {
        let position: Position | null;
        try {
          position = pageRequest(LIST, { after }).after;
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
          expect(error).toMatchObject({ code: 'INVALID', faults: [{ path: 'after' }] });
          return;
        }
        expect(position?.key).toMatch(/^\d{1,16}$/);
        expect(position?.id).toMatch(/^[0-9a-f-]{36}$/);
      }),
    );
  });

  test('a list that sorts by something else says what its keys look like', () => {
    const position = { key: 'KR-FSC', id: '00000000-0000-4000-8001-000000000000' };
    const after = cursorOf(LIST, position);
    expect(pageRequest(LIST, { after }, { sortKey: /^[A-Z-]+$/ }).after).toEqual(position);
    expect(faultOf(() => pageRequest(LIST, { after }))).toEqual(['INVALID', 'after']);
  });
});

describe('page sizes', () => {
  test.each([
    [undefined, 20],
    [null, 20],
    [1, 1],
    [100, 100],
  ])('first: %s is %s', (first, size) => {
    expect(pageRequest(LIST, first === undefined ? {} : { first }).first).toBe(size);
  });

  test.each([0, -1, 101, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'first: %s is refused',
    (first) => {
      expect(faultOf(() => pageRequest(LIST, { first }))).toEqual(['INVALID', 'first']);
    },
  );
});

describe('pages', () => {
  const rows = fc.uniqueArray(positions, { selector: ({ id }) => id, maxLength: 40 });
  const at = (position: Position) => position;

  test('going on from cursor to cursor gives every row once, in order, and says when it ends', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 10 }), (all, first) => {
        const seen: Position[] = [];
        let more = true;
        while (more) {
          // What the query would answer: up to one row more than the page, from behind the last one seen.
          const page = pageOf(LIST, first, all.slice(seen.length, seen.length + first + 1), at);
          seen.push(...page.nodes);
          more = page.pageInfo.hasNextPage;
          expect(more).toBe(seen.length < all.length);
          const last = seen.at(-1);
          if (page.pageInfo.endCursor !== null)
            expect(pageRequest(LIST, { after: page.pageInfo.endCursor }).after).toEqual(last);
          expect(page.edges.map(({ node }) => node)).toEqual(page.nodes);
          expect(page.edges.at(-1)?.cursor ?? null).toBe(page.pageInfo.endCursor);
        }
        expect(seen).toEqual(all);
      }),
    );
  });

  test('a search that was broken off goes on behind where it stopped, whatever it found', () => {
    const [one, end] = [
      { key: '2', id: '00000000-0000-4000-8001-000000000002' },
      { key: '1', id: '00000000-0000-4000-8001-000000000001' },
    ];
    expect(pageOf(LIST, 5, [one], at, end).pageInfo).toEqual({
      hasNextPage: true,
      endCursor: cursorOf(LIST, end),
    });
    expect(pageOf(LIST, 5, [], at, end).pageInfo).toEqual({
      hasNextPage: true,
      endCursor: cursorOf(LIST, end),
    });
    // The page is full before the search ends: it goes on behind its last row, or rows would be left out.
    expect(pageOf(LIST, 1, [one, end], at, end).pageInfo).toEqual({
      hasNextPage: true,
      endCursor: cursorOf(LIST, one),
    });
  });
});
