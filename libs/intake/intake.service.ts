import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { conflict, Database, ServiceError, sha256, toServiceError, type Caller, type Tx } from '#core';
import { acknowledge, beginFinding, releaseByStanding } from '#findings';
import { append } from '#ledger';
import type { Item, Posted } from './posted.js';
import { InboundReceipt } from './receipt.entity.js';
import type { Outcome, ReceiptType } from './receipt.type.js';

export interface Message {
  /** `webhook-id`: the agency's own, for 30 days. */
  id: string;
  body: Buffer;
  posted: Posted;
}

/** Thrown to undo what was only tried. */
class Rehearsed extends Error {
  constructor(readonly receipt: ReceiptType) {
    super();
  }
}

/** Codes of what is wrong with an item. Of anything else the whole message is tried again. */
const OF_THE_ITEM = ['INVALID', 'NOT_FOUND', 'CONFLICT', 'FORBIDDEN'];

/** What agency systems post, in the transaction of its effect. */
@Injectable()
export class IntakeService {
  constructor(private readonly database: Database) {}

  /**
   * Takes a message once. Who posts it drafts what is in it.
   * @returns its receipt; of the same message again, the receipt it has
   * @throws ServiceError CONFLICT for another body under its id; of a single event, what is wrong with it
   */
  take(caller: Caller, message: Message): Promise<ReceiptType> {
    return this.database.act(caller, (tx) => taken(tx, caller, message, false));
  }

  /** What would become of it, up to a draft. Nothing is written, and its id is not used up. */
  async rehearse(caller: Caller, message: Message): Promise<ReceiptType> {
    try {
      return await this.database.act(caller, async (tx) => {
        throw new Rehearsed(await taken(tx, caller, message, true));
      });
    } catch (error) {
      if (error instanceof Rehearsed) return error.receipt;
      throw error;
    }
  }
}

/** @param rehearsed up to a draft: what a release would be refused for is told by a release alone */
async function taken(
  tx: Tx,
  { key: kid, signed = false }: Caller,
  message: Message,
  rehearsed: boolean,
): Promise<ReceiptType> {
  const mine = randomUUID();
  const id = await claim(tx, message, mine);
  if (id !== mine) return earlier(tx, id);
  if (signed) await tx.manager.query('select inbound_key_used($1)', [kid]);
  const { batch, items } = message.posted;
  const outcomes: Outcome[] = [];
  for (const item of items) outcomes.push(await (batch ? apart : alone)(tx, item, rehearsed));
  await tx.manager.insert(InboundReceipt, {
    id,
    agencyId: tx.viewer.agencyId,
    clientId: tx.viewer.memberId,
    messageId: message.id,
    kid: signed ? (kid ?? null) : null,
    outcomes,
  });
  await append(tx, { act: 'inbound.received', subject: { type: 'inbound-receipt', id } });
  return earlier(tx, id);
}

/**
 * Of two at once the second waits for the first to commit.
 * @returns the receipt of this message: ours, or the one that it got before
 */
async function claim(tx: Tx, { id, body }: Message, receiptId: string): Promise<string> {
  const { agencyId, memberId } = tx.viewer;
  const hash = sha256(body);
  const taken = await tx.manager.query<unknown[]>(
    `insert into inbound_message as m (agency_id, message_id, client_id, body_hash, receipt_id)
     values ($1, $2, $3, $4, $5)
     on conflict (agency_id, message_id)
       do update set client_id = excluded.client_id, body_hash = excluded.body_hash, receipt_id = excluded.receipt_id,
                     received_at = clock_timestamp()
       where m.received_at < clock_timestamp() - interval '30 days'
     returning 1`,
    [agencyId, id, memberId, hash, receiptId],
  );
  if (taken.length > 0) return receiptId;
  const [first] = await tx.manager.query<{ body_hash: string; receipt_id: string }[]>(
    'select body_hash, receipt_id from inbound_message where agency_id = $1 and message_id = $2',
    [agencyId, id],
  );
  if (first?.body_hash !== hash)
    throw conflict('This webhook-id was used with another body within 30 days.', 'webhook-id');
  return first.receipt_id;
}

async function earlier({ manager, viewer }: Tx, id: string): Promise<ReceiptType> {
  return manager.findOneByOrFail(InboundReceipt, { id, agencyId: viewer.agencyId });
}

/** A single event, of which nothing is left when it is refused. */
async function alone(tx: Tx, item: Item, rehearsed: boolean): Promise<Outcome> {
  try {
    return await done(tx, item, rehearsed);
  } catch (error) {
    const { code, message, faults } = toServiceError(error, () => undefined);
    if (!OF_THE_ITEM.includes(code)) throw error;
    throw new ServiceError(
      code,
      message,
      faults.map((fault) => placed(fault, item)),
    );
  }
}

/** One item of a batch: what is refused leaves nothing behind, and the others as they are. */
async function apart(tx: Tx, item: Item, rehearsed: boolean): Promise<Outcome> {
  await tx.manager.query('savepoint item');
  try {
    const outcome = await done(tx, item, rehearsed);
    await tx.manager.query('release savepoint item');
    return outcome;
  } catch (error) {
    const { code, message, faults } = toServiceError(error, () => undefined);
    if (!OF_THE_ITEM.includes(code)) throw error;
    await tx.manager.query('rollback to savepoint item');
    const { path, type } = item;
    const told = faults.length > 0 ? faults.map((fault) => placed(fault, item)) : [{ path, message }];
    return {
      path,
      type,
      result: 'REFUSED',
      findingId: null,
      revisionId: null,
      code,
      faults: told,
      standing: [],
    };
  }
}

/** Functions of the database say `input.findingId`, wherever the input came from. */
const placed = <Fault extends { path: string }>(fault: Fault, { path }: Item): Fault => ({
  ...fault,
  path: fault.path.replace(/^input\./, `${path}.data.`),
});

async function done(tx: Tx, item: Item, rehearsed: boolean): Promise<Outcome> {
  const { path, type } = item;
  if ('faults' in item) throw new ServiceError('INVALID', 'The event is not valid.', item.faults);
  const { event } = item;
  const outcome = { path, type, code: null, faults: [], standing: [] };
  if (event.type === 'finding.posted') {
    const drafted = await beginFinding(tx, event.data, `${path}.data`);
    const standing = rehearsed ? [] : await releaseByStanding(tx, drafted);
    return {
      ...outcome,
      result: standing.some(({ refused }) => refused === null) ? 'RELEASED' : 'DRAFTED',
      ...drafted,
      standing,
    };
  }
  const revisionId = event.type === 'finding.stored' ? event.data.revisionId : null;
  const findingId = await acknowledge(tx, {
    findingId: event.data.findingId,
    said: revisionId === null ? 'REMOVED' : 'STORED',
    ...(revisionId !== null && { revisionId }),
  });
  return { ...outcome, result: 'NOTED', findingId, revisionId };
}
