import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { released } from './support/findings.js';
import { refused, SENT } from './support/refused.js';
import { startWorld, type World } from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  for (let n = 0; n < 3; n++) await released(world, 'KR-FSC', ['JP-NPA'], {}, { newIncident: true });
});
afterAll(() => world.close());

const LISTS = ['findings', 'incidents', 'agencies'] as const;
type List = (typeof LISTS)[number];

const query = (
  list: List,
  filtered = false,
) => `query ($first: Int, $after: String${filtered ? ', $filter: FindingFilterInput' : ''}) {
  ${list}(first: $first, after: $after${filtered ? ', filter: $filter' : ''}) { nodes { id } pageInfo { endCursor hasNextPage } }
}`;

interface Page {
  nodes: { id: string }[];
  pageInfo: { endCursor: string; hasNextPage: boolean };
}

async function page(list: List, variables: object, filtered = false): Promise<Page> {
  const data = await world.as('JP-NPA', 'ANALYST').ask<Record<List, Page>>(query(list, filtered), variables);
  return data[list];
}

const told = (list: List, variables: object, filtered = false) =>
  refused(world, () => world.as('JP-NPA', 'ANALYST').query(query(list, filtered), variables));

const at = (path: string) => ({ code: 'INVALID', paths: [path] });

describe.each(LISTS)('%s', (list) => {
  test.each([0, -1, 101, 2_147_483_647, -2_147_483_648])('first: %d is refused, never cut', async (first) => {
    expect(await told(list, { first })).toEqual(at('first'));
  });

  test.each([1.5, '20', SENT, true, 4_294_967_296])('first: %j is no number of items', async (first) => {
    expect(await told(list, { first })).toEqual(at('first'));
  });

  test('its own cursor goes on where the page ended', async () => {
    const whole = await page(list, { first: 100 });
    const [one, two] = [await page(list, { first: 1 }), await page(list, { first: 2 })];
    const rest = await page(list, { first: 100, after: one.pageInfo.endCursor });
    expect([...one.nodes, ...rest.nodes]).toEqual(whole.nodes);
    expect(two.nodes).toEqual(whole.nodes.slice(0, 2));
    const last = await page(list, { after: whole.pageInfo.endCursor });
    expect(last).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  test('a cursor of another list', async () => {
    for (const other of LISTS.filter((one) => one !== list)) {
      const { pageInfo } = await page(other, { first: 1 });
      expect(await told(list, { after: pageInfo.endCursor })).toEqual(at('after'));
    }
  });

  test('a cursor that was tampered with', async () => {
    const { pageInfo } = await page(list, { first: 1 });
    const [name, key, id] = JSON.parse(Buffer.from(pageInfo.endCursor, 'base64url').toString()) as string[];
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const numbers = ['-1', '1e3', '9'.repeat(17)].map((wrong) => forged(name, wrong, id));
    for (const after of [
      '',
      SENT,
      '\u0000',
      'x'.repeat(10_000),
      pageInfo.endCursor.slice(0, -3),
      forged(),
      forged(name, key),
      forged(name, key, id, id),
      forged(key, name, id),
      forged(SENT, key, id),
      forged(name, SENT, id),
      forged(name, Number(key), id),
      forged(name, null, id),
      forged(name, '', id),
      forged(name, key, SENT),
      forged(name, key, `${String(id)} or true`),
      forged(name, key, null),
      forged(name, key, [id]),
      // The agencies' list sorts by code, and these might be some.
      ...(list === 'agencies' ? [] : numbers),
    ]) {
      expect({ after, ...(await told(list, { after })) }).toEqual({ after, ...at('after') });
    }
  });
});

describe('filters of findings', () => {
  test('a cursor is good for its own filters alone', async () => {
    const kinds = { kinds: ['hack'] };
    const { pageInfo } = await page('findings', { first: 1, filter: kinds }, true);
    const after = pageInfo.endCursor;
    expect((await page('findings', { after, filter: kinds }, true)).nodes).toHaveLength(2);
    for (const filter of [
      null,
      {},
      { kinds: ['hack', 'policy-note'] },
      { ...kinds, markings: ['TLP:GREEN'] },
    ]) {
      expect(await told('findings', { after, filter }, true)).toEqual(at('after'));
    }
  });

  const wallet = (value: string) => ({ indicator: { type: 'wallet', chain: 'bitcoin', value } });

  test.each<[object, string]>([
    [{ words: ' ' }, 'words'],
    [{ words: 'x'.repeat(101) }, 'words'],
    [{ words: `${SENT}\u0000` }, 'words'],
    [{ words: `${SENT}\u202e` }, 'words'],
    [{ words: `${SENT}\ud800` }, 'words'],
    [{ kinds: ['hack', SENT] }, 'kinds[1]'],
    [{ kinds: [] }, 'kinds'],
    [{ kinds: Array(21).fill('hack') }, 'kinds'],
    [{ authors: [SENT] }, 'authors[0]'],
    [{ jurisdictions: ['Korea'] }, 'jurisdictions[0]'],
    [{ incident: SENT }, 'incident'],
    [{ markings: ['TLP:WHITE'] }, 'markings[0]'],
    [{ states: [SENT] }, 'states[0]'],
    [{ states: ['RELEASED', 5] }, 'states[1]'],
    [{ released: { from: '2018-02-01T00:00:00Z', until: '2018-01-01T00:00:00Z' } }, 'released.until'],
    [{ happened: { from: '2018-01-01T00:00:00Z', until: '2018-01-01T00:00:00Z' } }, 'happened.until'],
    [{ indicator: { type: SENT, value: '1' } }, 'indicator.type'],
    [wallet('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'), 'indicator.value'],
    [wallet(SENT), 'indicator.value'],
    [{ indicator: { type: 'ip', chain: SENT, value: '203.0.113.7' } }, 'indicator.value'],
    [{ inReview: false }, 'inReview'],
  ])('%j', async (filter, path) => {
    expect(await told('findings', { filter }, true)).toEqual(at(`filter.${path}`));
  });

  test('an unknown field', async () => {
    expect(await told('findings', { filter: { nonsense: SENT } }, true)).toEqual(at('filter'));
  });

  test.each(['%', '_', `'; drop table finding; --`, '\\', '$1', '빗썸', '(?)'])(
    'words are words, not patterns: %j',
    async (words) => {
      expect((await page('findings', { filter: { words } }, true)).nodes).toEqual([]);
    },
  );
});
