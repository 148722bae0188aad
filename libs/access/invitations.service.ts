import { Injectable } from '@nestjs/common';
import type { Act } from '#ledger';
import { Database, notFound, type Caller } from '#core';
import { AdministrationService } from './administration.service.js';
import type { InvitationPayload, OneTimeCodeType } from './invitation.type.js';
import { newCode } from './one-time-code.js';
import { administratorsOf } from './proposals.queries.js';

/** Acts that let people in. Their codes are made here, told once, and only their hashes go on. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly database: Database,
    private readonly administration: AdministrationService,
  ) {}

  /** An agency, and its first administrators as they were proposed. */
  async bringIn(
    caller: Caller,
    input: { idempotencyKey: string; proposalId: string },
  ): Promise<InvitationPayload> {
    const names = await this.database.read(caller, (reader) => administratorsOf(reader, input.proposalId));
    if (!names) throw notFound('proposal', 'input.proposalId');
    return this.invite(caller, 'bringInAgency', 'agency.brought-in', input, names);
  }

  /** @param names of whom it invites: a code for each */
  async invite(
    caller: Caller,
    operation: string,
    act: Act['act'],
    input: { idempotencyKey: string },
    names: readonly string[],
  ): Promise<InvitationPayload> {
    const codes: OneTimeCodeType[] = [];
    const withHashes = (): object => ({
      codeHashes: names.map((name) => {
        const { code, hash } = newCode();
        codes.push({ name, code });
        return hash;
      }),
    });
    const done = await this.administration.administer(caller, operation, act, input, withHashes);
    return { ...done, codes };
  }
}
