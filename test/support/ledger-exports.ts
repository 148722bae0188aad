import { createHash } from 'node:crypto';
import { administer } from './administration.js';
import { newMember } from './partners.js';
import { memberId, type Code } from './roster.js';
import type { World } from './world.js';

/** An entry as `auditTrail` tells it, and as an export has it. */
const ENTRY = 'id act actorAgencyId memberId subjectType subjectId revisionId details recordedAt';

export type Entry = Record<
  'id' | 'act' | 'actorAgencyId' | 'subjectType' | 'subjectId' | 'recordedAt',
  string
> &
  Record<'memberId' | 'revisionId' | 'details', string | null>;

/** Asked for by one of the agency, approved by another. @returns the id under which it is fetched */
export async function approvedExport(world: World, code: Code, input: object = {}): Promise<string> {
  const role = code === 'HUB' ? 'OPERATOR' : 'AUDITOR';
  const asking = world.member(memberId(code, role));
  const { pendingAct } = await administer(asking, 'exportLedger', input);
  if (!pendingAct) throw new Error('A ledger was exported by one.');
  const second = world.member(await newMember(world, code, [code === 'HUB' ? 'OPERATOR' : 'AGENCY_ADMIN']));
  const { id, hash } = pendingAct;
  await administer(second, 'approveAct', { pendingActId: id, hash });
  return id;
}

/** The answer of `GET /ledger-exports/ID` to a member. */
export const fetchExport = async (
  world: World,
  member: string | null,
  id: string,
  method = 'GET',
): Promise<Response> =>
  fetch(`${world.url}/ledger-exports/${id}`, {
    method,
    headers: member === null ? {} : { authorization: `Bearer ${await world.issuer.mint(member)}` },
  });

/** The status, and the code of an error. */
export async function fetchOutcome(world: World, member: string | null, id: string): Promise<string> {
  const response = await fetchExport(world, member, id);
  const text = await response.text();
  return response.status === 200
    ? '200'
    : `${response.status} ${(JSON.parse(text) as { code: string }).code}`;
}

/** What an export says, and its last line. @throws Error where that is not of the lines before it */
export function readExport(text: string): { entries: Entry[]; last: Record<string, unknown> } {
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const [before, last] = [text.slice(0, end), JSON.parse(text.slice(end)) as Record<string, unknown>];
  const entries = before
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry);
  const sha256 = createHash('sha256').update(before).digest('hex');
  if (!text.endsWith('\n') || last.entries !== entries.length || last.sha256 !== sha256)
    throw new Error(`The last line does not fit: ${JSON.stringify(last)}`);
  return { entries, last };
}

interface Trail {
  auditTrail: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
}

/** The whole audit trail, oldest first, page by page. */
export async function wholeTrail(world: World, member: string, filter: object = {}): Promise<Entry[]> {
  const entries: Entry[] = [];
  let after: string | null = null;
  do {
    const { auditTrail }: Trail = await world.member(member).ask<Trail>(
      `query ($after: String, $filter: AuditFilterInput) { auditTrail(first: 100, after: $after, filter: $filter) {
         nodes { ${ENTRY} } pageInfo { hasNextPage endCursor } } }`,
      { after, filter },
    );
    entries.push(...auditTrail.nodes);
    after = auditTrail.pageInfo.hasNextPage ? auditTrail.pageInfo.endCursor : null;
  } while (after !== null);
  return entries.reverse();
}
