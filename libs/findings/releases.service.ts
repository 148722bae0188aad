import { Injectable } from '@nestjs/common';
import { Database, once, type Caller, type Tx } from '#core';
import { append, settled, type Act } from '#ledger';
import type { RecallInput, ReleaseInput } from './finding.inputs.js';
import type { RecalledFromType } from './finding.type.js';

/** What a life-cycle function of the database answers: the finding, the act's time, the other agencies concerned. */
interface Done {
  finding_id: string;
  /** With its microseconds, which a Date has not. */
  at: string;
  agencies: string[];
}

/**
 * The acts that reach other agencies. The database's own functions do them and check every rule (author, role, cap,
 * second person, arrangement, basis, holders): here they are called and written into the ledgers.
 */
@Injectable()
export class ReleasesService {
  constructor(private readonly database: Database) {}

  /** Released before, it takes back what its terms allowed then, and its earlier revision. */
  async release(caller: Caller, input: ReleaseInput): Promise<string> {
    const { findingId, isFirst } = await this.database.act(caller, async (tx) => {
      const released = await once(tx, 'releaseFinding', input, () =>
        carryOut(tx, 'finding.released', {
          call: 'release_revision($1, $2, $3)',
          values: [input.revisionId, JSON.stringify(input.recipients), input.without],
          revisionId: input.revisionId,
        }),
      );
      const releases = await tx.manager.query<unknown[]>(
        `select from entry where agency_id = acting() and subject_id = $1 and act = 'finding.released' limit 2`,
        [released],
      );
      return { findingId: released, isFirst: releases.length === 1 };
    });
    if (!isFirst) await settled();
    return findingId;
  }

  recall(caller: Caller, input: RecallInput): Promise<string> {
    return this.takeBack(caller, (tx) =>
      once(tx, 'recallFinding', input, () =>
        carryOut(tx, 'finding.recalled', {
          call: 'recall_finding($1, $2, $3)',
          values: [input.findingId, input.agencyIds ?? null, input.reason],
        }),
      ),
    );
  }

  /** From whom a finding was last taken back, and what they may have had. Nothing for who is not its author. */
  recalledFrom(caller: Caller, findingId: string): Promise<RecalledFromType[]> {
    return this.database.read(caller, (reader) =>
      reader.rows<RecalledFromType>('select * from recalled_from($1)', [findingId]),
    );
  }

  supersede(
    caller: Caller,
    input: { idempotencyKey: string; findingId: string; successorId: string },
  ): Promise<string> {
    return this.takeBack(caller, (tx) =>
      once(tx, 'supersedeFinding', input, () =>
        carryOut(tx, 'finding.superseded', {
          call: 'supersede_finding($1, $2)',
          values: [input.findingId, input.successorId],
        }),
      ),
    );
  }

  expire(
    caller: Caller,
    input: { idempotencyKey: string; findingId: string; at?: Date | undefined },
  ): Promise<string> {
    return this.takeBack(caller, (tx) =>
      once(tx, 'expireFinding', input, () =>
        carryOut(tx, 'finding.expired', {
          call: 'expire_finding($1, $2)',
          values: [input.findingId, input.at ?? null],
        }),
      ),
    );
  }

  /** Answered when no body that was built before can begin to leave any more; always as late, whoever had it. */
  private async takeBack<T>(caller: Caller, act: (tx: Tx) => Promise<T>): Promise<T> {
    const done = await this.database.act(caller, act);
    await settled();
    return done;
  }
}

/** A release under a standing authority, or why there was none. */
export interface Standing {
  authorityId: string;
  refused: string | null;
}

interface StandingRow {
  authority_id: string;
  at: string | null;
  agencies: string[] | null;
  refused: string | null;
}

/** Releases what a machine has just posted, under every standing authority of its agency that covers it. */
export async function releaseByStanding(
  tx: Tx,
  { findingId, revisionId }: { findingId: string; revisionId: string },
): Promise<Standing[]> {
  const rows = await tx.manager.query<StandingRow[]>(
    'select authority_id, at::text as at, agencies, refused from release_by_standing($1)',
    [revisionId],
  );
  for (const { authority_id: id, at, agencies } of rows) {
    if (at === null) continue;
    const released: Act = {
      act: 'finding.released',
      subject: { type: 'finding', id: findingId },
      concerned: agencies ?? [],
      revisionId,
      at,
    };
    const authority = { type: 'standing-authority', id };
    const used: Act = { act: 'standing-authority.used', subject: authority, revisionId, at };
    await append(tx, released);
    await append(tx, used);
  }
  return rows.map(({ authority_id: authorityId, refused }) => ({ authorityId, refused }));
}

async function carryOut(
  tx: Tx,
  act: Act['act'],
  { call, values, revisionId }: { call: string; values: unknown[]; revisionId?: string },
): Promise<string> {
  const [done] = await tx.manager.query<Done[]>(
    `select finding_id, at::text as at, agencies from ${call}`,
    values,
  );
  if (!done) throw new Error(`${call} answered nothing.`);
  await append(tx, {
    act,
    subject: { type: 'finding', id: done.finding_id },
    ...(revisionId !== undefined && { revisionId }),
    concerned: done.agencies,
    at: done.at,
  });
  return done.finding_id;
}
