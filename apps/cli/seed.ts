import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Role } from '#access';
import type { DemoIssuer } from '#identity';
import { agencies, type AgencyCode } from './demo/agencies.js';
import { revisionOf, withIds, type DemoFinding, type Names } from './demo/finding.js';
import { seedLists } from './seed-lists.js';
import { memberOf } from './demo/roster.js';
import { story, type Recipient, type Step } from './demo/story.js';

export interface SeedOptions {
  /** Where the service listens. */
  url: string;
  issuer: DemoIssuer;
  say: (line: string) => void;
}

/**
 * Tells the story to a running service, as its members would: every act over GraphQL with a token of who does it. A
 * run that was broken off can be repeated within the 30 days that idempotency keys live, and goes on where it ended;
 * a story that was told is not told again.
 *
 * @throws Error with the service's own words if it refuses an act
 */
export async function seed({ url, issuer, say }: SeedOptions): Promise<void> {
  const service = { endpoint: new URL('/graphql', url), issuer };
  await seedLists(url, issuer);
  const last = story.at(-1);
  if (last && (await isPosted(service, last.finding))) {
    say('the findings of the demo are there already');
    return;
  }
  const ids = new Ids();
  for (const step of story) await take(service, step, ids);
  say(`posted ${ids.findings.size} findings in ${story.length} acts`);
}

interface Service {
  endpoint: URL;
  issuer: DemoIssuer;
}

/** Ids that the service has given so far. */
class Ids implements Names {
  readonly findings = new Map<string, string>();
  readonly #incidents = new Map<string, string>();
  readonly #revisions = new Map<string, string>();

  finding = ({ name }: DemoFinding): string => known(this.findings, name);
  incident = (name: string): string => known(this.#incidents, name);
  revision = (name: string): string => known(this.#revisions, name);

  /** Takes in what an act answered: whatever it made, or had made when it was first sent. */
  learn(finding: DemoFinding, { id, revision, sheets }: z.output<typeof answered>): void {
    this.findings.set(finding.name, id);
    for (const { number, revisionId } of sheets) this.#revisions.set(revisionOf(finding, number), revisionId);
    const made = revision.document.incidents.find((one) => ![...this.#incidents.values()].includes(one));
    if (finding.opens !== undefined && made !== undefined) this.#incidents.set(finding.opens, made);
  }
}

function known(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`The demo's story names ${name} before it is there.`);
  return id;
}

const answered = z.object({
  id: z.string(),
  revision: z.object({ document: z.object({ incidents: z.array(z.string()) }) }),
  sheets: z.array(z.object({ revisionId: z.string(), number: z.int() })),
});

/** The mutation of each act, who does it, and the type of its input. */
const ACTS = {
  draft: { field: 'draftFinding', role: 'CONTRIBUTOR', input: 'DraftFindingInput' },
  revise: { field: 'reviseFinding', role: 'CONTRIBUTOR', input: 'ReviseFindingInput' },
  submit: { field: 'submitFinding', role: 'CONTRIBUTOR', input: 'SubmitFindingInput' },
  release: { field: 'releaseFinding', role: 'RELEASER', input: 'ReleaseFindingInput' },
  recall: { field: 'recallFinding', role: 'RELEASER', input: 'RecallFindingInput' },
  supersede: { field: 'supersedeFinding', role: 'RELEASER', input: 'SupersedeFindingInput' },
} satisfies Record<Step['act'], { field: string; role: Role; input: string }>;

async function take(service: Service, step: Step, ids: Ids): Promise<void> {
  const { finding, act } = step;
  const { field, role, input } = ACTS[act];
  const revision = 'number' in step ? `.${step.number}` : '';
  const answer = await ask(service, {
    agency: finding.agency,
    role,
    what: `${act} ${finding.name}`,
    query: `mutation Post($input: ${input}!) {
      posted: ${field}(input: $input) {
        finding { id state revision { id document { incidents } } sheets { revisionId number state } }
      }
    }`,
    variables: { input: { idempotencyKey: `demo.${act}.${finding.name}${revision}`, ...inputOf(step, ids) } },
  });
  ids.learn(finding, z.object({ posted: z.object({ finding: answered }) }).parse(answer).posted.finding);
}

/** What a step says to its mutation, but for the idempotency key. */
function inputOf(step: Step, ids: Ids): Record<string, unknown> {
  const { finding } = step;
  switch (step.act) {
    case 'draft':
      return {
        document: withIds(finding.revisions[0], ids),
        newIncident: finding.opens !== undefined,
        sheet: finding.sheet,
      };
    case 'revise': {
      const document = finding.revisions[step.number - 1];
      if (!document) throw new Error(`${finding.name} has no revision ${step.number}.`);
      const basedOn = ids.revision(revisionOf(finding, step.number - 1));
      return { basedOn, document: withIds(document, ids), sheet: finding.sheet };
    }
    case 'submit':
      return { revisionId: ids.revision(revisionOf(finding, step.number)) };
    case 'release':
      return {
        revisionId: ids.revision(revisionOf(finding, step.number)),
        recipients: step.to.map(recipientOf),
        without: step.without.map((code) => agencies[code].id),
      };
    case 'recall':
      return { findingId: ids.finding(finding), reason: step.reason };
    case 'supersede':
      return { findingId: ids.finding(finding), successorId: ids.finding(step.successor) };
  }
}

function recipientOf(recipient: Recipient): Record<string, unknown> {
  if (typeof recipient === 'string') return { agencyId: agencies[recipient].id };
  const { agency, ...terms } = recipient;
  return { agencyId: agencies[agency].id, ...terms };
}

/** Whether its agency has a finding with this case number, whatever has become of it since. */
async function isPosted(
  service: Service,
  { agency, sheet, revisions: [first] }: DemoFinding,
): Promise<boolean> {
  const answer = await ask(service, {
    agency,
    role: 'CONTRIBUTOR',
    what: 'look for the findings of the demo',
    query: `query Posted($filter: FindingFilterInput!) {
      findings(first: 100, filter: $filter) { nodes { sheets { caseNumber } } }
    }`,
    variables: { filter: { authors: [agencies[agency].id], words: first.texts[0]?.title } },
  });
  const { findings } = z
    .object({
      findings: z.object({
        nodes: z.array(z.object({ sheets: z.array(z.object({ caseNumber: z.string().nullable() })) })),
      }),
    })
    .parse(answer);
  return findings.nodes.some(({ sheets }) =>
    sheets.some(({ caseNumber }) => caseNumber === sheet.caseNumber),
  );
}

interface Question {
  agency: AgencyCode;
  role: Role;
  /** In words, for the message if it is refused. */
  what: string;
  query: string;
  variables: Record<string, unknown>;
}

const responseSchema = z.object({
  data: z.unknown(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }))
    .optional(),
});

/** One request with a fresh token. @throws Error with the errors of the answer, if it has any */
async function ask(service: Service, question: Question): Promise<unknown> {
  const { endpoint, issuer } = service;
  const { agency, role, what, query, variables } = question;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issuer.mint(memberOf(agency, role))}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  // The agency has spent its budget for now: the same request is good after so many seconds.
  const retryAfter = Number(response.headers.get('retry-after'));
  if (response.status === 429 && retryAfter > 0) {
    await setTimeout(retryAfter * 1_000);
    return ask(service, question);
  }
  const parsed = responseSchema.safeParse(readJson(text));
  if (parsed.success && !parsed.data.errors?.length && parsed.data.data != null) return parsed.data.data;
  const told =
    parsed.success && parsed.data.errors ? parsed.data.errors.map(describe).join('\n') : text.slice(0, 500);
  throw new Error(`The service refused "${what}" of ${agency} (HTTP ${response.status}):\n${told}`);
}

const describe = ({
  message,
  extensions,
}: {
  message: string;
  extensions?: Record<string, unknown> | undefined;
}) => (extensions ? `${message} ${JSON.stringify(extensions)}` : message);

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
