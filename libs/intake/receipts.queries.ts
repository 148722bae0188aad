import type { PageRequest, Reader } from '#core';
import type { ReceiptType } from './receipt.type.js';

const RECEIPT = `
  select id, message_id as "messageId", client_id as "clientId", kid, received_at as "receivedAt", outcomes,
         micros(received_at)::text as key
    from inbound_receipt where agency_id = (select reader())`;

/** Newest first. */
export const receiptPage = (
  reader: Reader,
  { first, after }: PageRequest,
): Promise<(ReceiptType & { key: string })[]> =>
  reader.rows(
    `${RECEIPT} and ($1::bigint is null or (received_at, id) < (instant($1), $2::uuid))
      order by received_at desc, id desc limit $3`,
    [after?.key ?? null, after?.id ?? null, first + 1],
  );

export const receiptById = (reader: Reader, id: string): Promise<ReceiptType[]> =>
  reader.rows(`${RECEIPT} and id = $1`, [id]);
