import type { JsonWebKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Database, ServiceError } from '#core';
import { keyOfJwk, Unverified, verify } from '#signatures';

/** Says whose signature it is: the id of a system client. */
export const CLIENT_HEADER = 'entente-client';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface KeyRow {
  kid: string;
  jwk: JsonWebKey;
  agency_code: string;
}

/** A system client whose keys are known, and not yet whether it signed anything. */
export interface Claimed {
  clientId: string;
  agency: string;
  keys: readonly { kid: string; jwk: JsonWebKey }[];
}

const clientId = z.uuid();

/** Who signed a message: Standard Webhooks 1.0.0, by a key that two persons gave to a system client. */
@Injectable()
export class Signers {
  constructor(private readonly database: Database) {}

  /** Null for nobody that is known. */
  async claimed(headers: Headers): Promise<Claimed | null> {
    const id = clientId.safeParse(headers[CLIENT_HEADER]);
    if (!id.success) return null;
    const rows = await this.database.unentered<KeyRow>('select * from inbound_keys($1)', [id.data]);
    const [first] = rows;
    return first ? { clientId: id.data, agency: first.agency_code, keys: rows } : null;
  }
}

/**
 * @returns which of the keys signed this
 * @throws ServiceError UNAUTHENTICATED: in the same words for a client that is not there as for a key that is not its own
 */
export function signedBy(claimed: Claimed | null, headers: Headers, body: Buffer): string {
  const keys = (claimed?.keys ?? []).map(({ kid, jwk }) => ({ kid, key: keyOfJwk(jwk) }));
  try {
    const { by } = verify(
      headers,
      body,
      keys.map(({ key }) => key),
    );
    return keys.find(({ key }) => key === by)?.kid ?? '';
  } catch (error) {
    if (!(error instanceof Unverified)) throw error;
    throw new ServiceError('UNAUTHENTICATED', error.message, [
      { path: FAULTY[error.fault], message: error.message },
    ]);
  }
}

const FAULTY = {
  MISSING_HEADER: 'webhook-signature',
  BAD_HEADER: 'webhook-timestamp',
  TOO_OLD: 'webhook-timestamp',
  TOO_NEW: 'webhook-timestamp',
  NO_SIGNATURE_MATCHES: 'webhook-signature',
} as const;
