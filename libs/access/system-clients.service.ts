import { Injectable } from '@nestjs/common';
import {
  Database,
  listKey,
  notFound,
  once,
  pageOf,
  pageRequest,
  type Caller,
  type Page,
  type Tx,
} from '#core';
import { append, type Act } from '#ledger';
import type {
  AddClientKeyInput,
  EndClientInput,
  RegisterClientInput,
  RevokeClientKeyInput,
} from './system-client.inputs.js';
import type { SystemClientType } from './system-client.type.js';
import { clientById, clientPage } from './system-clients.queries.js';

const LIST = listKey('systemClients', null);

/**
 * An agency's machines. The database's own functions do the acts and check that the actor administers the agency:
 * here they are called and written into its ledger. No other agency learns of them.
 */
@Injectable()
export class SystemClientsService {
  constructor(private readonly database: Database) {}

  async page(caller: Caller, args: { first?: number; after?: string }): Promise<Page<SystemClientType>> {
    const request = pageRequest(LIST, args);
    const rows = await this.database.read(caller, (reader) => clientPage(reader, request));
    return pageOf(LIST, request.first, rows, ({ sortKey, id }) => ({ key: sortKey, id }));
  }

  async one(caller: Caller, id: string): Promise<SystemClientType> {
    const client = await this.database.read(caller, (reader) => clientById(reader, id));
    if (!client) throw notFound('system client');
    return client;
  }

  register(caller: Caller, input: RegisterClientInput): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'registerSystemClient', input, async () => {
        const { name, roles, keys, validUntil } = input;
        const [made] = await tx.manager.query<{ id: string }[]>(
          'select register_client($1, $2, $3, $4) as id',
          [name, roles, JSON.stringify(keys), validUntil ?? null],
        );
        if (!made) throw new Error('register_client answered nothing.');
        return record(tx, 'client.registered', made.id, { name, roles, keys, validUntil });
      }),
    );
  }

  addKey(caller: Caller, input: AddClientKeyInput): Promise<string> {
    const { clientId, key } = input;
    return this.database.act(caller, (tx) =>
      once(tx, 'addSystemClientKey', input, async () => {
        await tx.manager.query('select add_client_key($1, $2)', [clientId, JSON.stringify(key)]);
        return record(tx, 'client.key_added', clientId, { key });
      }),
    );
  }

  revokeKey(caller: Caller, input: RevokeClientKeyInput): Promise<string> {
    const { clientId, kid } = input;
    return this.database.act(caller, (tx) =>
      once(tx, 'revokeSystemClientKey', input, async () => {
        await tx.manager.query('select revoke_client_key($1, $2)', [clientId, kid]);
        return record(tx, 'client.key_revoked', clientId, { kid });
      }),
    );
  }

  end(caller: Caller, input: EndClientInput): Promise<string> {
    return this.database.act(caller, (tx) =>
      once(tx, 'endSystemClient', input, async () => {
        await tx.manager.query('select end_client($1)', [input.clientId]);
        return record(tx, 'client.ended', input.clientId);
      }),
    );
  }
}

/** @param details public: a key here is the public half */
async function record(tx: Tx, act: Act['act'], id: string, details?: object): Promise<string> {
  await append(tx, { act, subject: { type: 'client', id }, ...(details && { details }) });
  return id;
}
