import { Injectable } from '@nestjs/common';
import { Database, notFound, type Caller } from '#core';
import { append } from '#ledger';
import {
  approvedExport,
  exportedEntries,
  type LedgerExtent,
  type LedgerPage,
} from './ledger-exports.queries.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The ledger of an agency as it leaves the service, once two of it have approved that. */
@Injectable()
export class LedgerExports {
  constructor(private readonly database: Database) {}

  /**
   * Begins to hand one out, which is an act of its own.
   * @throws ServiceError NOT_FOUND for what is no export of the caller's agency, not approved, or older than a day
   */
  fetch(caller: Caller, id: string): Promise<LedgerExtent> {
    return this.database.act(caller, async (tx) => {
      const extent =
        UUID.test(id) && (await approvedExport((text, values) => tx.manager.query(text, [...values]), id));
      if (!extent) throw notFound('ledger export');
      await append(tx, { act: 'ledger.fetched', subject: { type: 'pending-act', id } });
      return extent;
    });
  }

  /** The next entries, under the rights of now. */
  next(caller: Caller, extent: LedgerExtent, after: LedgerPage | null): Promise<LedgerPage> {
    return this.database.read(caller, (reader) => exportedEntries(reader, extent, after));
  }
}
