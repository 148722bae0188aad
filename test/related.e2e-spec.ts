import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { statementsOf } from './support/asked.js';
import { draft, released, type Finding } from './support/findings.js';
import { published, newList } from './support/lists.js';
import type { Code } from './support/roster.js';
import { startWorld, type World } from './support/world.js';

jest.setTimeout(180_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const RELATED = `findings { findingId strength more: incidents caseNumbers
    indicators { key rolesHere rolesThere findings sanctions { list version owner { code } } }
    disputes { incidentId attribute here { value { term } } there { value { term } } } finding { id } }
  more suppressed { key ground lists { list kind version label owner { code } } }`;

interface Relations {
  findings: {
    findingId: string;
    strength: number;
    more: string[];
    caseNumbers: string[];
    indicators: {
      key: string;
      rolesHere: string[];
      rolesThere: string[];
      findings: number;
      sanctions: object[];
    }[];
    disputes: { incidentId: string; attribute: string; here: Term; there: Term }[];
    finding: { id: string } | null;
  }[];
  more: boolean;
  suppressed: {
    key: string;
    ground: string;
    lists: { list: string; version: number; owner: { code: string } }[];
  }[];
}
interface Term {
  value: { term: string };
}

async function related(code: Code, { id }: Finding): Promise<Relations> {
  const { finding } = await world
    .as(code, 'ANALYST')
    .ask<{ finding: { related: Relations } }>(
      `query ($id: ID!) { finding(id: $id) { related { ${RELATED} } } }`,
      { id },
    );
  return finding.related;
}

const account = (name: string, role = 'suspect') => ({ type: 'account', value: `bithumb.com/${name}`, role });
const having = (...indicators: object[]) => ({ indicators });
const give = (changes: object, to: Code[] = ['JP-NPA'], options: object = {}) =>
  released(world, 'KR-FSC', to, changes, options);

test('what a finding shares with others is told with how many have it: rare beats common', async () => {
  const here = await give(having(account('rare'), account('common', 'victim')));
  const rare = await give(having(account('rare', 'victim')));
  const common = await give(having(account('common')));
  const other = await give(having(account('common')));
  const { findings, suppressed, more } = await related('JP-NPA', here);
  expect(findings.map(({ findingId, strength }) => [findingId, strength])).toEqual([
    [rare.id, 1],
    ...[common.id, other.id].sort().map((id) => [id, 0.5]),
  ]);
  expect(findings[0]?.indicators).toEqual([
    {
      key: 'account||bithumb.com/rare',
      rolesHere: ['suspect'],
      rolesThere: ['victim'],
      findings: 2,
      sanctions: [],
    },
  ]);
  expect(findings.map(({ finding }) => finding?.id)).toEqual(findings.map(({ findingId }) => findingId));
  expect([suppressed, more]).toEqual([[], false]);
});

test('what is hidden has no part in it: neither the finding nor how common a value is', async () => {
  const here = await give(having(account('shared')));
  const there = await give(having(account('shared')));
  const before = await related('JP-NPA', here);
  expect(before.findings.map(({ findingId, strength }) => [findingId, strength])).toEqual([[there.id, 1]]);
  const hidden = await give(having(account('shared')), ['US-TFI']);
  await draft(world, 'US-TFI', having(account('shared')));
  expect(await related('JP-NPA', here)).toEqual(before);
  expect((await related('KR-FSC', here)).findings.map(({ findingId }) => findingId).sort()).toEqual(
    [there.id, hidden.id].sort(),
  );
});

describe('an indicator does not count', () => {
  test('if it is a known service’s: the list, its version and its owner are said; the hub’s and one’s own alone', async () => {
    const here = await give(having(account('hot-wallet', 'service')));
    const there = await give(having(account('hot-wallet', 'service')));
    const list = newList({
      rows: [{ value: 'bithumb.com/hot-wallet', label: 'Bithumb', service: 'exchange' }],
    });
    await published(world, 'US-TFI', list);
    expect((await related('JP-NPA', here)).findings.map(({ findingId }) => findingId)).toEqual([there.id]);
    await published(world, 'JP-NPA', list);
    const { findings, suppressed } = await related('JP-NPA', here);
    expect(findings).toEqual([]);
    expect(suppressed).toEqual([
      {
        key: 'account||bithumb.com/hot-wallet',
        ground: 'KNOWN_SERVICE',
        lists: [
          { list: list.name, kind: 'SERVICE', version: 1, label: 'Bithumb', owner: { code: 'JP-NPA' } },
        ],
      },
    ]);
  });

  test('but a service that is sanctioned does', async () => {
    const here = await give(having(account('mixer', 'service')));
    const there = await give(having(account('mixer', 'service')));
    const rows = [{ value: 'bithumb.com/mixer', label: 'A mixer' }];
    await published(world, 'HUB', newList({ rows }));
    expect((await related('JP-NPA', here)).findings).toEqual([]);
    const sanctions = newList({ kind: 'SANCTIONS', rows });
    await published(world, 'HUB', sanctions);
    const { findings, suppressed } = await related('JP-NPA', here);
    expect(findings.map(({ findingId, indicators }) => [findingId, indicators[0]?.sanctions])).toEqual([
      [there.id, [expect.objectContaining({ list: sanctions.name, version: 1 })]],
    ]);
    expect(suppressed).toEqual([]);
  });

  test('if more findings have it than say anything', async () => {
    const own = [];
    for (let n = 0; n < 51; n++)
      own.push(await draft(world, 'CN-CAMLMAC', having(account('everywhere', 'service'))));
    const [first] = own;
    if (!first) throw new Error('Nothing was drafted.');
    expect(await related('CN-CAMLMAC', first)).toEqual({
      findings: [],
      more: false,
      suppressed: [{ key: 'account||bithumb.com/everywhere', ground: 'TOO_COMMON', lists: [] }],
    });
  });
});

test('the same incident, and where two cannot both be right', async () => {
  const says = (term: string) => ({
    claims: [{ attribute: 'method', value: { term }, origin: { kind: 'own' } }],
  });
  const here = await give(says('phishing'), ['JP-NPA'], { newIncident: true });
  const incidents = here.revision.document.incidents;
  const rival = await released(world, 'JP-NPA', ['KR-FSC'], { ...says('insider'), incidents });
  const { findings } = await related('KR-FSC', here);
  expect(findings).toEqual([
    expect.objectContaining({
      findingId: rival.id,
      strength: 0,
      more: incidents,
      disputes: [
        {
          incidentId: incidents[0],
          attribute: 'method',
          here: { value: { term: 'phishing' } },
          there: { value: { term: 'insider' } },
        },
      ],
    }),
  ]);
});

test('the same case is told to the agency whose case it is, by its own sheets alone', async () => {
  const sheet = { caseNumber: 'CASE-77' };
  const mine = await give({}, ['JP-NPA'], { sheet });
  const again = await give({}, ['JP-NPA'], { sheet });
  await released(world, 'JP-NPA', ['KR-FSC'], {}, { sheet });
  expect((await related('KR-FSC', mine)).findings).toEqual([
    expect.objectContaining({ findingId: again.id, caseNumbers: ['CASE-77'] }),
  ]);
  expect((await related('JP-NPA', mine)).findings).toEqual([]);
});

test('a page of findings is related in one batch', async () => {
  const asked = (first: number) =>
    statementsOf(() =>
      world
        .as('JP-NPA', 'ANALYST')
        .ask(
          `{ findings(first: ${first}) { nodes { related { findings { findingId } suppressed { key } } } } }`,
        ),
    );
  expect((await asked(10)).statements).toHaveLength((await asked(1)).statements.length);
});
