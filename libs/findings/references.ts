import { notFound, type InputFault } from '#core';
import type { FindingContent } from './document.js';
import { SEEN } from './findings.queries.js';

/** Runs a read in whichever transaction the caller has. */
type Rows = <Row>(text: string, values: unknown[]) => Promise<Row[]>;

/**
 * Which incidents, revisions and datasets a document names that its author may not see: a reference is read under the rights
 * of who supplies it, before it is written, so that hidden and absent cannot be told apart.
 * @param made incidents made in the same act
 */
export async function unseenReferences(
  rows: Rows,
  content: FindingContent,
  root: string,
  made: readonly string[] = [],
): Promise<InputFault[]> {
  const named = content.incidents.filter((id) => !made.includes(id));
  const bases = content.claims.flatMap(({ origin }) => origin.revisionId ?? []);
  const hashes = content.datasets ?? [];
  const found = await Promise.all([
    // One's own alone: another's rows are passed on by resting on its revision.
    rows<{ id: string }>(
      'select hash as id from dataset where agency_id = (select reader()) and hash = any ($1)',
      [hashes],
    ),
    rows<{ id: string }>(
      // What the inbox names, and the earlier revisions of one's own.
      `select distinct s.incident_id as id from seen_incident s where ${SEEN} and s.incident_id = any ($1::uuid[])
       union
       select incident_id from revision_incident where agency_id = (select reader()) and incident_id = any ($1::uuid[])`,
      [named],
    ),
    rows<{ id: string }>(
      'select id from revision where id = any ($1::uuid[]) and agency_id <> (select reader())',
      [bases],
    ),
  ]);
  const seen = new Set(found.flat().map(({ id }) => id));
  return [
    ...content.incidents.flatMap((id, at) =>
      fault(seen.has(id) || made.includes(id), `${root}.incidents[${at}]`, 'incident'),
    ),
    ...hashes.flatMap((hash, at) => fault(seen.has(hash), `${root}.datasets[${at}]`, 'dataset')),
    ...content.claims.flatMap(({ origin: { revisionId } }, at) =>
      fault(
        revisionId === undefined || seen.has(revisionId),
        `${root}.claims[${at}].origin.revisionId`,
        'revision',
      ),
    ),
  ];
}

const fault = (seen: boolean, path: string, thing: string): InputFault[] =>
  seen ? [] : [...notFound(thing, path).faults];
