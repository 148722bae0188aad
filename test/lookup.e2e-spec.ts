import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { statementsOf } from './support/asked.js';
import { askBare, codeOf } from './support/bare.js';
import { act, draft, released, type Finding } from './support/findings.js';
import { agencyId, type Code } from './support/roster.js';
import { outcomeOf, startWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

let world: World;
/** JP-NPA has the first three; the fourth was taken back from it, the fifth it never had. */
let findings: Record<'suspects' | 'victims' | 'elsewhere' | 'recalled' | 'hidden', Finding>;

const WALLET = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const VICTIM = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
const ACCOUNT = 'bithumb.com/u-7';

const having = (indicators: object[]) => ({ indicators });
const wallet = (chain: string, value: string, role: string) => ({ type: 'wallet', chain, value, role });

beforeAll(async () => {
  world = await startWorld();
  const from = (code: Code, to: Code[], indicators: object[]) =>
    released(world, code, to, having(indicators));
  findings = {
    suspects: await from('KR-FSC', ['JP-NPA'], [wallet('ethereum', WALLET, 'suspect')]),
    victims: await from(
      'KR-FSC',
      ['JP-NPA'],
      [wallet('bitcoin', VICTIM, 'victim'), wallet('ethereum', WALLET, 'service')],
    ),
    elsewhere: await from('US-TFI', ['JP-NPA'], [wallet('bsc', WALLET.toLowerCase(), 'unknown')]),
    recalled: await from('KR-FSC', ['JP-NPA', 'US-TFI'], [wallet('ethereum', WALLET, 'suspect')]),
    hidden: await from('KR-FSC', ['US-TFI'], [{ type: 'account', value: ACCOUNT, role: 'suspect' }]),
  };
  await act(world, 'KR-FSC', 'RELEASER', 'recallFinding', {
    findingId: findings.recalled.id,
    agencyIds: [agencyId('JP-NPA')],
    reason: 'inaccurate',
  });
});
afterAll(() => world.close());

const looking = (nodes: string) => `query ($values: [String!]!, $first: Int, $after: String) {
  lookup(values: $values, first: $first, after: $after) {
    count pageInfo { hasNextPage endCursor } nodes { ${nodes} } } }`;
const MATCHES =
  'value reason suspect moreMatches candidates { type chain key } matches { key roles findingId';
const LOOKUP = looking(`${MATCHES} finding { id } }`);
/** Of 1,000 values no finding is loaded: that is no budget's. */
const WIDE = looking(`${MATCHES} }`);

interface Node {
  value: string;
  reason: string | null;
  suspect: boolean;
  moreMatches: boolean;
  candidates: { type: string; chain: string | null; key: string }[];
  matches: { key: string; roles: string[]; findingId: string; finding: { id: string } | null }[];
}

interface Looked {
  lookup: { count: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Node[] };
}

const lookup = async (
  code: Code,
  values: string[],
  args: { first?: number; after?: string } = {},
): Promise<Looked['lookup']> => {
  const asked = args.first === 1_000 ? WIDE : LOOKUP;
  return (await world.as(code, 'ANALYST').ask<Looked>(asked, { values, ...args })).lookup;
};

const found = ({ matches }: Node) =>
  matches.map(({ key, roles, findingId }) => [
    Object.entries(findings).find(([, { id }]) => id === findingId)?.[0],
    key.split('|').slice(0, 2).join('|'),
    ...roles,
  ]);

test('values are read in their order, however they were pasted', async () => {
  const { count, nodes } = await lookup('JP-NPA', [
    `${VICTIM}, hxxps://evil[.]naver[.]com/a\r\n192[.]0[.]2[.]1`,
    'nothing',
    ' ',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
  ]);
  expect(count).toBe(6);
  expect(nodes.map(({ value, reason }) => [value, reason === null])).toEqual([
    [VICTIM, true],
    ['hxxps://evil[.]naver[.]com/a', true],
    ['192[.]0[.]2[.]1', true],
    ['nothing', false],
    ['', false],
    ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', false],
  ]);
  expect(nodes[1]?.candidates).toEqual([{ type: 'url', chain: null, key: 'url||https://evil.naver.com/a' }]);
  expect(nodes[5]?.reason).toContain('the Base58Check checksum does not match');
});

test('an address in 0x is looked up on every chain of its kind, and each match says on which', async () => {
  const [node] = (await lookup('JP-NPA', [WALLET.toUpperCase().replace('0X', '0x')])).nodes;
  if (!node) throw new Error('Nothing was looked up.');
  expect(node.candidates).toHaveLength(12);
  expect(found(node).sort()).toEqual([
    ['elsewhere', 'wallet|bsc', 'unknown'],
    ['suspects', 'wallet|ethereum', 'suspect'],
    ['victims', 'wallet|ethereum', 'service'],
  ]);
  expect(node.suspect).toBe(true);
  expect(node.matches.map(({ finding }) => finding?.id)).toEqual(node.matches.map((one) => one.findingId));
});

test("a victim's wallet is a match and none with a suspect", async () => {
  const [node] = (await lookup('JP-NPA', [VICTIM])).nodes;
  expect(node && found(node)).toEqual([['victims', 'wallet|bitcoin', 'victim']]);
  expect(node?.suspect).toBe(false);
});

describe('what is hidden is not there', () => {
  test('to who never had it, and to who has it no more', async () => {
    const values = [ACCOUNT, WALLET];
    const told = (code: Code) =>
      lookup(code, values).then(({ nodes }) =>
        nodes.map((node) =>
          found(node)
            .map(([name]) => name)
            .sort(),
        ),
      );
    expect(await told('US-TFI')).toEqual([['hidden'], ['elsewhere', 'recalled']]);
    expect(await told('JP-NPA')).toEqual([[], ['elsewhere', 'suspects', 'victims']]);
    expect(await told('CN-CAMLMAC')).toEqual([[], []]);
  });

  test("a draft is its own agency's to find", async () => {
    const value = 'bithumb.com/draft';
    const { id } = await draft(world, 'JP-NPA', having([{ type: 'account', value, role: 'suspect' }]));
    expect((await lookup('JP-NPA', [value])).nodes[0]?.matches.map((one) => one.findingId)).toEqual([id]);
    expect((await lookup('KR-FSC', [value])).nodes[0]?.matches).toEqual([]);
  });
});

test("of a value that more findings have than are told, the newest 20 are; an older one's suspect is one all the same", async () => {
  const value = 'bithumb.com/common';
  const ids: string[] = [];
  for (let n = 0; n < 22; n++) {
    const role = n === 0 ? 'suspect' : 'service';
    ids.push((await draft(world, 'US-TFI', having([{ type: 'account', value, role }]))).id);
    if (n === 0) continue;
    const [found] = (await lookup('US-TFI', [value])).nodes;
    expect(found?.suspect).toBe(true);
  }
  const [node] = (await lookup('US-TFI', [value])).nodes;
  expect(node?.matches.map(({ findingId }) => findingId)).toEqual(ids.reverse().slice(0, 20));
  expect(node?.moreMatches).toBe(true);
  await world.sql(`delete from seen_indicator where finding_id = $1`, [ids.at(-1)]);
  expect((await lookup('US-TFI', [value])).nodes[0]).toMatchObject({ suspect: false, moreMatches: true });
});

describe('10,000 values', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => `0x${n.toString(16).padStart(40, '0')}`);

  test('are looked up in pages, each in one batch', async () => {
    const page = await statementsOf(() => lookup('JP-NPA', many, { first: 1_000 }));
    expect(page.statements.filter(({ text }) => text.includes('seen_indicator'))).toHaveLength(1);
    expect(page.result.count).toBe(10_000);
    const values: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const { nodes, pageInfo } = await lookup('JP-NPA', [many.join('\n')], { first: 1_000, after });
      values.push(...nodes.map(({ value }) => value));
      more = pageInfo.hasNextPage;
      after = pageInfo.endCursor;
    }
    expect(values).toEqual(many);
  });

  test('and no more; and at least one', async () => {
    const tell = async (values: string[], args: object = {}) =>
      outcomeOf(await world.as('JP-NPA', 'ANALYST').query(WIDE, { values, ...args }));
    expect(await tell([...many, WALLET])).toBe('INVALID values');
    expect(await tell([many.join(','), WALLET])).toBe('INVALID values');
    expect(await tell([])).toBe('INVALID values');
    expect(await tell([WALLET], { first: 1_001 })).toBe('INVALID first');
    const { pageInfo } = await lookup('JP-NPA', [WALLET, VICTIM], { first: 1 });
    expect(await tell([WALLET, VICTIM], { after: pageInfo.endCursor })).toBe('done');
    expect(await tell([VICTIM, WALLET], { after: pageInfo.endCursor })).toBe('INVALID after');
  });

  test('nor a value of a megabyte, nor one that is longer than any indicator', async () => {
    const [long] = (await lookup('JP-NPA', ['x'.repeat(500_000)])).nodes;
    expect([long?.candidates, long?.reason]).toEqual([[], expect.stringContaining('It is too long')]);
    const told = await askBare(world, 'JP-NPA', LOOKUP, {
      variables: { values: ['x'.repeat(1_048_576)] },
    });
    expect([told.status, codeOf(told)]).toEqual([400, 'INVALID']);
  });
});
