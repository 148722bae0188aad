import { Injectable } from '@nestjs/common';
import { Database, once, type Caller, type Tx } from '#core';
import { append } from '#ledger';
import type { AcknowledgeInput } from './finding.inputs.js';

type Acknowledged = Omit<AcknowledgeInput, 'idempotencyKey'>;

/** Agency systems say what became of what they were given: its originator sees it. */
@Injectable()
export class AcknowledgementsService {
  constructor(private readonly database: Database) {}

  acknowledge(caller: Caller, input: AcknowledgeInput): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'acknowledgeFinding', input, () => acknowledge(tx, input)),
    );
  }
}

/** Within an act. Said again, it changes nothing. @returns the finding's id @throws EN404 for one that is not theirs */
export async function acknowledge(tx: Tx, { findingId, said, revisionId }: Acknowledged): Promise<string> {
  const [done] = await tx.manager.query<{ at: string; author_id: string; is_new: boolean }[]>(
    'select at::text as at, author_id, is_new from acknowledge_finding($1, $2, $3)',
    [findingId, said, revisionId ?? null],
  );
  if (!done) throw new Error('acknowledge_finding() answered nothing.');
  if (done.is_new)
    await append(tx, {
      act: said === 'STORED' ? 'finding.stored' : 'finding.removed',
      subject: { type: 'finding', id: findingId },
      ...(revisionId !== undefined && { revisionId }),
      concerned: [done.author_id],
      at: done.at,
    });
  return findingId;
}
