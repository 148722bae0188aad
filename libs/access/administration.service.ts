import { Injectable } from '@nestjs/common';
import {
  conflict,
  Database,
  listKey,
  once,
  pageOf,
  pageRequest,
  type Caller,
  type Page,
  type PageRequest,
  type Reader,
  type Tx,
} from '#core';
import { append, settled, type Act } from '#ledger';
import { accessReviewPage } from './access-review.queries.js';
import type { ReviewedAccessType } from './access-review.type.js';
import type { AuditFilter } from './administration.inputs.js';
import {
  arrangementPage,
  auditPage,
  memberPage,
  pendingActById,
  pendingActPage,
  type Listed,
} from './administration.queries.js';
import type {
  AdministrationPayload,
  AuditEntryType,
  MemberType,
  PendingActType,
} from './administration.type.js';
import type { ArrangementType } from './arrangement.type.js';
import { standingAuthorityPage } from './standing-authorities.queries.js';
import type { StandingAuthorityType } from './standing-authority.type.js';
import type { SystemClientType } from './system-client.type.js';
import { clientPage } from './system-clients.queries.js';
import type { InvitationType } from './invitation.type.js';
import { invitationPage } from './invitations.queries.js';
import type { AgencyProposalType } from './proposal.type.js';
import { proposalPage } from './proposals.queries.js';
import { recoveryPage } from './recoveries.queries.js';
import type { RecoveryType } from './recovery.type.js';
import { ownPasskeyPage, passkeyPage } from './passkeys.queries.js';
import type { PasskeyType } from './passkey.type.js';
import { ownSessionPage, sessionPage } from './sessions.queries.js';
import type { SessionType } from './session.type.js';

interface PageOf {
  first?: number;
  after?: string;
}

/** Of a pending act. The hashes of one-time codes are nobody's to read but who compares; nor is a sealed secret. */
interface Content {
  codeHashes?: string[];
  sealedSecret?: string;
}

interface Decision {
  idempotencyKey: string;
  pendingActId: string;
  hash: string;
}

/**
 * Acts of administration. The database's `administer()` and `decide_act()` know who may, what takes two, and carry
 * out: here they are called once for each idempotency key, and written into the ledgers.
 */
@Injectable()
export class AdministrationService {
  constructor(private readonly database: Database) {}

  /**
   * @param input becomes the act's content, less its idempotency key
   * @param more to be in the content too, asked for only if the act is done now and not answered again
   */
  async administer(
    caller: Caller,
    operation: string,
    act: Act['act'],
    input: { idempotencyKey: string },
    more: (tx: Tx) => object | Promise<object> = () => ({}),
  ): Promise<AdministrationPayload> {
    const { idempotencyKey: _, ...said } = input;
    const answer = await this.after(caller, (tx) =>
      once(tx, operation, input, async () => {
        const content = { ...said, ...(await more(tx)) };
        const [done] = await tx.manager.query<{ subject: string; pending: boolean; concerned: string[] }[]>(
          'select * from administer($1, $2)',
          [act, JSON.stringify(content)],
        );
        if (!done) throw new Error('administer() returned no row');
        const { subject, pending, concerned } = done;
        if (pending) {
          const asked = { type: 'pending-act', id: subject };
          await append(tx, { act: 'pending-act.requested', subject: asked, details: { act, ...said } });
        } else {
          await append(tx, { act, subject: subjectOf(act, subject), concerned, details: said });
        }
        return subject;
      }),
    );
    // Always as late, whatever it takes back.
    if (act === 'arrangement.ended' || act === 'agency.suspended') await settled();
    return answer;
  }

  decide(
    caller: Caller,
    operation: string,
    input: Decision,
    approved: boolean,
  ): Promise<AdministrationPayload> {
    const { pendingActId, hash } = input;
    return this.after(caller, (tx) =>
      once(tx, operation, input, async () => {
        const [done] = await tx.manager.query<
          { act: Act['act']; content: Content; subject: string; concerned: string[] }[]
        >('select * from decide_act($1, $2, $3)', [pendingActId, hash, approved]);
        if (!done) throw new Error('decide_act() returned no row');
        const { act, content, subject, concerned } = done;
        const { codeHashes: _codes, sealedSecret: _secret, ...said } = content;
        const decided = { type: 'pending-act', id: pendingActId };
        await append(tx, {
          act: approved ? 'pending-act.approved' : 'pending-act.refused',
          subject: decided,
        });
        if (approved) await append(tx, { act, subject: subjectOf(act, subject), concerned, details: said });
        return pendingActId;
      }),
    );
  }

  /** Not the one that is being used: of what came of it nothing could be told. */
  async endSession(
    caller: Caller,
    input: { idempotencyKey: string; sessionId: string },
  ): Promise<AdministrationPayload> {
    if (caller.session === input.sessionId)
      throw conflict('This is the session that you are using: sign out.', 'input.sessionId');
    return this.administer(caller, 'endSession', 'session.ended', input);
  }

  ownSessions(caller: Caller, args: PageOf): Promise<Page<SessionType>> {
    return this.page(caller, listKey('mySessions', null), args, ownSessionPage);
  }

  sessions(caller: Caller, args: PageOf): Promise<Page<SessionType>> {
    return this.page(caller, listKey('sessions', null), args, sessionPage);
  }

  ownPasskeys(caller: Caller, args: PageOf): Promise<Page<PasskeyType>> {
    return this.page(caller, listKey('myPasskeys', null), args, ownPasskeyPage);
  }

  passkeys(caller: Caller, args: PageOf): Promise<Page<PasskeyType>> {
    return this.page(caller, listKey('passkeys', null), args, passkeyPage);
  }

  members(caller: Caller, args: PageOf): Promise<Page<MemberType>> {
    return this.page(caller, listKey('members', null), args, memberPage);
  }

  invitations(caller: Caller, args: PageOf): Promise<Page<InvitationType>> {
    return this.page(caller, listKey('invitations', null), args, invitationPage);
  }

  proposals(caller: Caller, args: PageOf): Promise<Page<AgencyProposalType>> {
    return this.page(caller, listKey('agencyProposals', null), args, proposalPage);
  }

  recoveries(caller: Caller, args: PageOf): Promise<Page<RecoveryType>> {
    return this.page(caller, listKey('recoveries', null), args, recoveryPage);
  }

  accessReview(caller: Caller, args: PageOf): Promise<Page<ReviewedAccessType>> {
    return this.page(caller, listKey('accessReview', null), args, accessReviewPage);
  }

  arrangements(caller: Caller, args: PageOf): Promise<Page<ArrangementType>> {
    return this.page(caller, listKey('arrangements', null), args, arrangementPage);
  }

  systemClients(caller: Caller, args: PageOf): Promise<Page<SystemClientType>> {
    return this.page(caller, listKey('systemClients', null), args, clientPage);
  }

  standingAuthorities(caller: Caller, args: PageOf): Promise<Page<StandingAuthorityType>> {
    return this.page(caller, listKey('standingAuthorities', null), args, standingAuthorityPage);
  }

  pendingActs(caller: Caller, args: PageOf): Promise<Page<PendingActType>> {
    return this.page(caller, listKey('pendingActs', null), args, pendingActPage);
  }

  auditTrail(caller: Caller, args: PageOf, filter: AuditFilter): Promise<Page<AuditEntryType>> {
    return this.page(caller, listKey('auditTrail', filter), args, (reader, request) =>
      auditPage(reader, request, filter),
    );
  }

  private async page<Row>(
    caller: Caller,
    list: string,
    args: PageOf,
    read: (reader: Reader, request: PageRequest) => Promise<Listed<Row>[]>,
  ): Promise<Page<Row>> {
    const request = pageRequest(list, args);
    const rows = await this.database.read(caller, (reader) => read(reader, request));
    return pageOf(list, request.first, rows, ({ key, id }) => ({ key, id }));
  }

  /** What a caller is told, under present rights: also when it sends the same again. */
  private async after(caller: Caller, act: (tx: Tx) => Promise<string>): Promise<AdministrationPayload> {
    const subjectId = await this.database.act(caller, act);
    const [pendingAct = null] = await this.database.read(caller, (reader) =>
      pendingActById(reader, subjectId),
    );
    return { subjectId, pendingAct };
  }
}

/** To what an act is done where its name begins with something else. */
const SUBJECTS: Partial<Record<string, string>> = {
  'access.confirmed': 'membership',
  'cap.set': 'agency',
  'identity-provider.set': 'agency',
  'ledger.exported': 'agency',
  'identity-provider.removed': 'agency',
  'member.invited': 'invitation',
  'member.handed-over': 'membership',
};

/** `arrangement.ended` is done to an arrangement. */
const subjectOf = (act: string, id: string): Act['subject'] => ({
  type: SUBJECTS[act] ?? act.split('.')[0] ?? '',
  id,
});
