import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { conflict, Database, notFound, once, ServiceError, type Caller, type Tx } from '#core';
import { append } from '#ledger';
import { seal, type FindingContent } from './document.js';
import { Sheet } from './finding.entity.js';
import type { DraftInput, ReviseInput } from './finding.inputs.js';
import { project } from './projection.js';
import {
  ClaimRow,
  FindingIndicator,
  RestsOn,
  RevisionIncident,
  SearchText,
  SubjectName,
  TransferRow,
} from './projection.entity.js';
import { unseenReferences } from './references.js';
import { Inbox } from './release.entity.js';
import { nameRows, searchRows } from './searchable.js';

type SheetInput = NonNullable<DraftInput['sheet']>;

interface OwnRevision {
  findingId: string;
  number: number;
  state: Sheet['state'];
  at: ActTime;
}

/** The database's time of an act; `exact` has its microseconds, which a Date has not. */
interface ActTime {
  at: Date;
  exact: string;
}

/** What happens to a finding before its release, inside its own agency. Each act returns the finding's id. */
@Injectable()
export class DraftsService {
  constructor(private readonly database: Database) {}

  draft(caller: Caller, input: DraftInput): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'draftFinding', input, async () => {
        const { findingId } = await beginFinding(tx, input, 'input');
        return findingId;
      }),
    );
  }

  revise(caller: Caller, input: ReviseInput): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'reviseFinding', input, async () => {
        const { findingId, number, at } = await lockLatest(tx, input.basedOn, 'input.basedOn');
        const { document, sheet } = input;
        const revisionId = await writeRevision(tx, {
          findingId,
          number: number + 1,
          document,
          sheet,
          made: [],
          at,
        });
        await append(tx, {
          act: 'finding.revised',
          subject: { type: 'finding', id: findingId },
          revisionId,
          at: at.exact,
        });
        return findingId;
      }),
    );
  }

  submit(caller: Caller, input: { idempotencyKey: string; revisionId: string }): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'submitFinding', input, async () => {
        const { findingId, state, at } = await lockLatest(tx, input.revisionId, 'input.revisionId');
        if (state !== 'DRAFT') throw conflict('Only a draft is submitted.', 'input.revisionId');
        await tx.manager.update(
          Sheet,
          { revisionId: input.revisionId },
          { state: 'IN_REVIEW', submittedBy: tx.viewer.memberId, submittedAt: at.at },
        );
        await listDraft(tx, findingId, { state: 'IN_REVIEW' });
        await append(tx, {
          act: 'finding.submitted',
          subject: { type: 'finding', id: findingId },
          revisionId: input.revisionId,
          at: at.exact,
        });
        return findingId;
      }),
    );
  }

  /** Sends a revision in review back to its drafters. */
  giveBack(
    caller: Caller,
    input: { idempotencyKey: string; revisionId: string; note: string },
  ): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'returnFinding', input, async () => {
        const { findingId, state, at } = await lockLatest(tx, input.revisionId, 'input.revisionId');
        if (state !== 'IN_REVIEW')
          throw conflict('Only a revision in review is returned.', 'input.revisionId');
        await tx.manager.update(
          Sheet,
          { revisionId: input.revisionId },
          { state: 'DRAFT', returnedBy: tx.viewer.memberId, returnedNote: input.note },
        );
        await listDraft(tx, findingId, { state: 'DRAFT' });
        await append(tx, {
          act: 'finding.returned',
          subject: { type: 'finding', id: findingId },
          revisionId: input.revisionId,
          at: at.exact,
        });
        return findingId;
      }),
    );
  }
}

/**
 * Begins a finding within an act.
 * @param path of what holds the document: faults begin with it
 */
export async function beginFinding(
  tx: Tx,
  input: Omit<DraftInput, 'idempotencyKey'>,
  path: string,
): Promise<{ findingId: string; revisionId: string }> {
  const made = input.newIncident ? [randomUUID()] : [];
  const document = { ...input.document, incidents: [...input.document.incidents, ...made] };
  const findingId = randomUUID();
  const at = await openFinding(tx, findingId);
  const revisionId = await writeRevision(
    tx,
    { findingId, number: 1, document, sheet: input.sheet, made, at },
    path,
  );
  await append(tx, {
    act: 'finding.drafted',
    subject: { type: 'finding', id: findingId },
    revisionId,
    at: at.exact,
  });
  return { findingId, revisionId };
}

/**
 * Locks the finding of one's own revision and takes the act's time after the lock.
 * @throws ServiceError NOT_FOUND, or CONFLICT when there is a later revision
 */
async function lockLatest(tx: Tx, revisionId: string, path: string): Promise<OwnRevision> {
  const own = await tx.manager.findOneBy(Sheet, { revisionId, agencyId: tx.viewer.agencyId });
  if (!own) throw notFound('revision', path);
  // The update is the lock, and takes the act's time after it: never before the finding's last act.
  const at = await actTime(
    tx,
    `update finding set last_at = greatest(clock_timestamp(), last_at + interval '1 microsecond') where id = $1
     returning last_at`,
    [own.findingId],
  );
  // Read again: between the look and the lock another act may have come first.
  const [now] = await tx.manager.query<{ state: Sheet['state']; latest: number }[]>(
    `select state, (select max(number) from sheet where finding_id = $2) as latest from sheet where revision_id = $1`,
    [revisionId, own.findingId],
  );
  if (now?.latest !== own.number) throw conflict('There is a later revision: look at it first.', path);
  return { findingId: own.findingId, number: own.number, state: now.state, at };
}

const openFinding = (tx: Tx, findingId: string): Promise<ActTime> =>
  actTime(tx, 'insert into finding (id, agency_id) values ($1, $2) returning last_at', [
    findingId,
    tx.viewer.agencyId,
  ]);

/** @param change one statement on one finding that returns its last_at */
async function actTime(tx: Tx, change: string, values: unknown[]): Promise<ActTime> {
  const [time] = await tx.manager.query<ActTime[]>(
    `with changed as (${change}) select last_at as at, last_at::text as exact from changed`,
    values,
  );
  if (!time) throw new Error('The finding of a readable sheet is not there.');
  return time;
}

interface NewRevision {
  findingId: string;
  number: number;
  document: FindingContent;
  sheet: SheetInput | undefined;
  /** Incidents made in this act. */
  made: string[];
  at: ActTime;
}

/** Writes a revision, its sheet and its projections; an inbox that shows a draft shows this one. */
async function writeRevision(
  tx: Tx,
  { findingId, number, document: content, sheet, made, at }: NewRevision,
  path = 'input',
): Promise<string> {
  const { manager, viewer } = tx;
  const faults = await unseenReferences(
    (text, values) => manager.query(text, values),
    content,
    `${path}.document`,
    made,
  );
  if (faults.length > 0)
    throw new ServiceError('NOT_FOUND', 'The document refers to something that is not there.', faults);
  const { document, text, hash } = seal(content, `${path}.document`);
  const { listing, incidents, basis, claims, indicators, transfers } = project(document);
  const revisionId = randomUUID();
  const mine = { revisionId, agencyId: viewer.agencyId };
  // The exact bytes go in as text: TypeORM would serialise an object its own way.
  await manager.query(
    `insert into revision (id, finding_id, agency_id, document, hash, kind, titles, happened_from, happened_until)
     values ($1, $2, $3, $4::text::json, $5, $6, $7, $8, $9)`,
    [
      revisionId,
      findingId,
      viewer.agencyId,
      text,
      hash,
      listing.kind,
      listing.titles,
      listing.happenedFrom,
      listing.happenedUntil,
    ],
  );
  await manager.insert(Sheet, {
    ...mine,
    findingId,
    number,
    draftedBy: viewer.memberId,
    draftedAt: at.at,
    ...sheet,
  });
  await manager.insert(
    RevisionIncident,
    incidents.map((incidentId) => ({ ...mine, incidentId })),
  );
  await manager.insert(
    RestsOn,
    basis.map((basisId) => ({ ...mine, basisId })),
  );
  await manager.insert(
    ClaimRow,
    claims.map((row) => ({ ...mine, ...row })),
  );
  await manager.insert(
    FindingIndicator,
    indicators.map((row) => ({ ...mine, ...row })),
  );
  await manager.insert(
    TransferRow,
    transfers.map((row) => ({ ...mine, ...row })),
  );
  await manager.insert(
    SearchText,
    searchRows(document, sheet?.caseNumber).map((row) => ({ ...mine, ...row })),
  );
  await manager.insert(
    SubjectName,
    nameRows(document).map((row) => ({ ...mine, ...row })),
  );
  await manager.query(
    `insert into revision_dataset (revision_id, agency_id, dataset_id)
     select $1, $2, id from dataset where agency_id = $2 and hash = any ($3)`,
    [revisionId, viewer.agencyId, document.datasets ?? []],
  );
  const shown = { revisionId, state: 'DRAFT', ...listing, listedAt: at.at };
  if (number === 1)
    await manager.insert(Inbox, {
      agencyId: viewer.agencyId,
      findingId,
      authorId: viewer.agencyId,
      ...shown,
    });
  else await listDraft(tx, findingId, shown);
  return revisionId;
}

/** Changes the agency's own inbox row while it shows a draft. Once released, it shows what is released. */
async function listDraft(tx: Tx, findingId: string, shown: Partial<Inbox>): Promise<void> {
  await tx.manager
    .createQueryBuilder()
    .update(Inbox)
    .set(shown)
    .where('agency_id = :agency and finding_id = :finding', {
      agency: tx.viewer.agencyId,
      finding: findingId,
    })
    .andWhere(`state in ('DRAFT', 'IN_REVIEW')`)
    .execute();
}
