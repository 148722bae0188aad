import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClaimValue } from './claim.js';
import type { Subject } from './document.js';
import { groupClaims, MOST_CLAIMS, MOST_RIVALS, type PlacedClaim } from './rivals.policy.js';

const [FSC, FSA, NIS] = ['kr-fsc', 'jp-fsa', 'kr-nis'];

const btc = (units: string): ClaimValue => ({
  amount: { asset: 'BTC', decimals: 8, low: units, high: units },
});
const customers = (n: number): ClaimValue => ({ quantity: { unit: 'customers', low: n, high: n } });
const time = (from: string, precision: 'year' | 'month' | 'day'): ClaimValue => ({
  time: { from, precision, zone: 'Asia/Seoul' },
});
const term = (text: string): ClaimValue => ({ term: text });
const unknown: ClaimValue = { unknown: true };

const subject = (type: Subject['type'], ...names: string[]): Subject => ({
  key: 's',
  type,
  role: 'victim',
  names: names.map((value) => ({ value, type: 'LEGL' })),
});
const about = (who: Subject | null, attribute: string, agencyId: string, value: ClaimValue) => ({
  agencyId,
  subject: who,
  claim: { attribute, value, origin: { kind: 'own' as const } },
});

/** The groups as sets of the numbers of their claims, whatever their order. */
const partition = (claims: readonly (PlacedClaim & { n: number })[]) =>
  groupClaims(claims)
    .map(({ claims: members }) => members.map(({ n }) => n).sort((a, b) => a - b))
    .sort(([a = 0], [b = 0]) => a - b);

describe('groups', () => {
  test('a group is of one subject and one attribute; the incident itself is no subject', () => {
    const exchange = subject('service', 'Bithumb');
    const claims = [
      about(exchange, 'loss', FSC, btc('1')),
      about(exchange, 'loss', FSA, btc('2')),
      about(exchange, 'date', FSA, time('2017', 'year')),
      about(null, 'loss', FSA, btc('3')),
      about(subject('service', 'Coinis'), 'loss', FSA, btc('4')),
    ].map((one, n) => ({ ...one, n }));
    expect(partition(claims)).toEqual([[0, 1], [2], [3], [4]]);
    expect(groupClaims(claims).map(({ disputed }) => disputed)).toEqual([true, false, false, false]);
  });

  test('a disputed group says of each claim which others it cannot hold with, and of an undisputed one none', () => {
    const [group] = groupClaims([
      about(null, 'attribution', FSC, term('DPRK')),
      about(null, 'attribution', NIS, term('dprk')),
      about(null, 'attribution', FSA, unknown),
      about(null, 'attribution', 'press', term('Russia-based attackers')),
    ]);
    expect(group?.disputed).toBe(true);
    expect(
      group?.claims.map(({ agencyId, rivals: of }) => [agencyId, of.map((rival) => rival.agencyId)]),
    ).toEqual([
      [FSC, ['press']],
      [NIS, ['press']],
      [FSA, []],
      ['press', [FSC, NIS]],
    ]);
  });

  test.each<[string, Subject, Subject, boolean]>([
    ['one name', subject('service', 'Bithumb'), subject('service', 'Bithumb'), true],
    [
      'one name in other case and width',
      subject('service', 'Bithumb'),
      subject('service', 'ＢＩＴＨＵＭＢ'),
      true,
    ],
    [
      'one of the names, in another script',
      subject('service', '빗썸', 'Bithumb'),
      subject('service', '빗썸'),
      true,
    ],
    ['no name', subject('service', '빗썸'), subject('service', 'Bithumb'), false],
    ['one name of other types', subject('service', 'Bithumb'), subject('organization', 'Bithumb'), false],
    ['a name that runs into the type', subject('service', 'a'), subject('service', 'service a'), false],
  ])('subjects that share %s: %#', (_, one, other, same) => {
    const claims = [about(one, 'loss', FSC, btc('1')), about(other, 'loss', FSA, btc('2'))];
    expect(groupClaims(claims)).toHaveLength(same ? 1 : 2);
  });

  test('names join across scripts, one after the other, whatever comes first', () => {
    const korean = about(subject('service', '야피존'), 'loss', FSC, btc('381620280000'));
    const latin = about(subject('service', 'Yapizon'), 'loss', FSA, btc('361800000000'));
    const renamed = about(subject('service', 'Youbit', '유빗'), 'loss', NIS, btc('1'));
    expect(groupClaims([korean, latin, renamed])).toHaveLength(3);
    const bridge = about(subject('service', '야피존', 'Yapizon'), 'date', NIS, time('2017-04-22', 'day'));
    expect(partition([korean, latin, renamed, bridge].map((one, n) => ({ ...one, n })))).toEqual([
      [0, 1],
      [2],
      [3],
    ]);
    const further = about(subject('service', 'Yapizon', 'Youbit'), 'date', FSA, time('2017-04', 'month'));
    expect(partition([korean, latin, renamed, bridge, further].map((one, n) => ({ ...one, n })))).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  test('the order of the claims does not matter: neither for the groups nor for the rivals', () => {
    const names = fc.uniqueArray(
      fc.constantFrom('Yapizon', '야피존', 'Youbit', '유빗', 'Coinbin', 'ヤピゾン'),
      { minLength: 1, maxLength: 3 },
    );
    const subjects = fc.option(fc.tuple(fc.constantFrom('service' as const, 'organization' as const), names));
    const claims = fc.array(
      fc.record({
        of: subjects,
        attribute: fc.constantFrom('loss', 'date'),
        agencyId: fc.constantFrom(FSC, FSA, NIS),
        units: fc.nat(3),
      }),
      { maxLength: 12 },
    );
    const shuffled = claims.chain((made) =>
      fc.tuple(
        fc.constant(made),
        fc.shuffledSubarray(
          made.map((_, n) => n),
          { minLength: made.length },
        ),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([made, order]) => {
        const placed = made.map(({ of, attribute, agencyId, units }, n) => ({
          ...about(of && subject(of[0], ...of[1]), attribute, agencyId, btc(String(units))),
          n,
        }));
        const other = order.flatMap((n) => placed[n] ?? []);
        expect(partition(other)).toEqual(partition(placed));
        const disputes = (all: typeof placed) =>
          groupClaims(all)
            .flatMap(({ claims: members }) =>
              members.map(
                ({ n, rivals: of }) => [n, of.map((rival) => rival.n).sort((a, b) => a - b)] as const,
              ),
            )
            .sort(([a], [b]) => a - b);
        expect(disputes(other)).toEqual(disputes(placed));
      }),
    );
  });

  test('every claim is in one group, and rivals are mutual', () => {
    const claims = [1, 2, 2, 3].map((n, at) => about(null, 'victims', at % 2 ? FSC : FSA, customers(n)));
    const [group, ...more] = groupClaims(claims);
    expect(more).toEqual([]);
    expect(group?.claims).toHaveLength(claims.length);
    for (const one of group?.claims ?? []) {
      for (const rival of one.rivals) {
        const its = group?.claims.find(
          ({ claim: of, agencyId }) => of === rival.claim && agencyId === rival.agencyId,
        );
        expect(its?.rivals.map(({ claim: of }) => of)).toContain(one.claim);
      }
    }
  });

  test('nothing gives nothing', () => {
    expect(groupClaims([])).toEqual([]);
  });
});

test('as many claims as are compared have no more rivals each than are told, and do not hold everybody up', () => {
  const day = (n: number) => new Date(n * 86_400_000).toISOString().slice(0, 10);
  const claims = Array.from({ length: MOST_CLAIMS }, (_, n) =>
    about(subject('service', `a${n}`, `a${n + 1}`), 'date', n % 2 ? FSC : FSA, time(day(n), 'day')),
  );
  const [group, ...others] = groupClaims(claims);
  expect(others).toEqual([]);
  expect(group?.disputed).toBe(true);
  expect(group?.claims.map(({ rivals }) => rivals.length)).toEqual(claims.map(() => MOST_RIVALS));
});
