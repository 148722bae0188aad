import { Injectable } from '@nestjs/common';
import { Database, listKey, notFound, pageOf, pageRequest, type Caller, type Page } from '#core';
import type { ReceiptType } from './receipt.type.js';
import { receiptById, receiptPage } from './receipts.queries.js';

const LIST = listKey('inboundReceipts', null);

@Injectable()
export class ReceiptsService {
  constructor(private readonly database: Database) {}

  /** @throws ServiceError NOT_FOUND for absent and another agency's */
  async one(caller: Caller, id: string): Promise<ReceiptType> {
    const [receipt] = await this.database.read(caller, (reader) => receiptById(reader, id));
    if (!receipt) throw notFound('receipt', 'id');
    return receipt;
  }

  async page(caller: Caller, args: { first?: number; after?: string }): Promise<Page<ReceiptType>> {
    const request = pageRequest(LIST, args);
    const rows = await this.database.read(caller, (reader) => receiptPage(reader, request));
    return pageOf(LIST, request.first, rows, ({ key, id }) => ({ key, id }));
  }
}
