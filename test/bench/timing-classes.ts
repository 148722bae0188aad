import { randomBytes, randomUUID } from 'node:crypto';
import { agencyId } from './agencies.js';
import { JURISDICTION, WORD, type Hidden, type Own } from './hidden.js';

/** One kind of request that could tell what is hidden from what is not there by how long its answer takes. */
export interface TimingClass {
  name: string;
  role: 'ANALYST' | 'CONTRIBUTOR' | 'RELEASER';
  query: string;
  /** Variables of the nth request: what it names is hidden, or is not there. */
  hidden: (n: number) => object;
  absent: (n: number) => object;
}

const FINDING = 'query ($id: ID!) { finding(id: $id) { id } }';
const INCIDENT = 'query ($id: ID!) { incident(id: $id) { id } }';
const LIST = 'query ($filter: FindingFilterInput) { findings(filter: $filter) { nodes { id } } }';
const TOTAL = 'query ($filter: FindingFilterInput) { findings(filter: $filter) { total { count } } }';
const VALIDATE =
  'query ($document: FindingContentInput!) { validateFinding(document: $document) { valid faults { path } } }';

const wallet = (value: string) => ({ filter: { indicator: { type: 'wallet', chain: 'ethereum', value } } });

const document = (changes: object) => ({
  kind: 'hack',
  marking: { tlp: 'TLP:GREEN', purposes: ['criminal-investigation'] },
  texts: [{ language: 'en', origin: 'original', title: 'A theft', body: 'What happened.' }],
  ...changes,
});
const naming = (incident: string) => ({ document: document({ incidents: [incident] }) });
const resting = (revisionId: string) => {
  const origin = { kind: 'agency', revisionId };
  return { document: document({ claims: [{ attribute: 'method', value: { term: 'theft' }, origin }] }) };
};

/** A query, or a filter of the list, that names one thing. */
function asked<T>(
  name: string,
  query: string,
  variables: (named: T) => object,
  hidden: (n: number) => T,
  absent: () => T,
  role: TimingClass['role'] = 'ANALYST',
): TimingClass {
  return {
    name,
    role,
    query,
    hidden: (n) => variables(hidden(n)),
    absent: () => variables(absent()),
  };
}

/** A mutation that names one thing by its id. */
function acted(
  name: string,
  mutation: string,
  role: 'CONTRIBUTOR' | 'RELEASER',
  input: (id: string) => object,
  hidden: (n: number) => string,
): TimingClass {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { finding { id } } }`;
  const variables = (id: string) => ({ input: { idempotencyKey: 'timing', ...input(id) } });
  return asked(`${mutation} ${name}`.trim(), query, variables, hidden, randomUUID, role);
}

/** Every class that is measured. */
export function timingClasses(hidden: Hidden, own: Own): TimingClass[] {
  const from = (list: readonly string[]) => (n: number) => list[n % list.length] ?? '';
  const [finding, revision, incident] = [
    from(hidden.findings),
    from(hidden.revisions),
    from(hidden.incidents),
  ];
  const [agency, arrangement] = [() => hidden.agency, () => hidden.arrangement];
  const noWallet = () => `0x${randomBytes(20).toString('hex')}`;
  const to = { agencyId: agencyId(1) };
  const { inReview } = own;
  return [
    asked('finding', FINDING, (id: string) => ({ id }), finding, randomUUID),
    asked('incident, of 20 findings', INCIDENT, (id: string) => ({ id }), incident, randomUUID),
    asked('findings, wallet of 1 finding', LIST, wallet, from(hidden.wallets), noWallet),
    asked('findings, wallet of 100 findings', LIST, wallet, () => hidden.crowded, noWallet),
    asked('findings total, wallet of 100 findings', TOTAL, wallet, () => hidden.crowded, noWallet),
    asked(
      'findings, incident of 20 findings',
      LIST,
      (id: string) => ({ filter: { incident: id } }),
      incident,
      randomUUID,
    ),
    asked('findings, author', LIST, (id: string) => ({ filter: { authors: [id] } }), agency, randomUUID),
    asked(
      'findings, jurisdiction',
      LIST,
      (code: string) => ({ filter: { jurisdictions: [code] } }),
      () => JURISDICTION,
      () => 'YY',
    ),
    asked(
      'findings, word',
      LIST,
      (words: string) => ({ filter: { words } }),
      () => WORD,
      () => 'zeffra',
    ),
    asked('validateFinding, incident of 20 findings', VALIDATE, naming, incident, randomUUID, 'CONTRIBUTOR'),
    asked('validateFinding, revision', VALIDATE, resting, revision, randomUUID, 'CONTRIBUTOR'),
    acted('naming an incident of 20 findings', 'draftFinding', 'CONTRIBUTOR', naming, incident),
    acted('resting on a revision', 'draftFinding', 'CONTRIBUTOR', resting, revision),
    acted('', 'reviseFinding', 'CONTRIBUTOR', (id) => ({ basedOn: id, document: document({}) }), revision),
    acted(
      'resting on a revision',
      'reviseFinding',
      'CONTRIBUTOR',
      (id) => ({ basedOn: own.draft, ...resting(id) }),
      revision,
    ),
    acted('', 'submitFinding', 'CONTRIBUTOR', (revisionId) => ({ revisionId }), revision),
    acted('', 'returnFinding', 'RELEASER', (revisionId) => ({ revisionId, note: 'Say when.' }), revision),
    acted('', 'releaseFinding', 'RELEASER', (revisionId) => ({ revisionId, recipients: [to] }), revision),
    acted(
      'to an agency',
      'releaseFinding',
      'RELEASER',
      (id) => ({ revisionId: inReview, recipients: [{ agencyId: id }] }),
      agency,
    ),
    acted(
      'under an arrangement',
      'releaseFinding',
      'RELEASER',
      (id) => ({ revisionId: inReview, recipients: [{ ...to, arrangementId: id }] }),
      arrangement,
    ),
    acted('', 'recallFinding', 'RELEASER', (id) => ({ findingId: id, reason: 'inaccurate' }), finding),
    acted(
      'from an agency',
      'recallFinding',
      'RELEASER',
      (id) => ({ findingId: own.finding, agencyIds: [id], reason: 'inaccurate' }),
      agency,
    ),
    acted('', 'supersedeFinding', 'RELEASER', (id) => ({ findingId: id, successorId: own.finding }), finding),
    acted(
      'by a finding',
      'supersedeFinding',
      'RELEASER',
      (id) => ({ findingId: own.finding, successorId: id }),
      finding,
    ),
    acted('', 'expireFinding', 'RELEASER', (id) => ({ findingId: id }), finding),
  ];
}
