import type { AuthorizationStore } from './authorization-store.js';

/** A membership of somebody who proved who it is. */
export interface Membership {
  memberId: string;
  /** Code of its agency. */
  agency: string;
  roles: string[];
}

/** A sign-in that is not over, and whose membership is active. */
export interface RunningSession {
  memberId: string;
  agency: string;
  beganAt: Date;
}

/** Longer ones are cut: it is there for its owner to know the browser again. */
const AGENT = 200;

/** Sessions of people, as the authorization server begins, asks for and ends them. */
export class Sessions {
  constructor(private readonly store: AuthorizationStore) {}

  /** @param agencyId null for those of every agency */
  memberships(issuer: string, subject: string, agencyId: string | null): Promise<Membership[]> {
    return this.store.inTurn(
      `select member_id as "memberId", agency_code as agency, roles
         from entente.active_memberships($1, $2, $3)`,
      [issuer, subject, agencyId],
    );
  }

  /** @returns the code of the agency to which an invitation is; undefined for one that is not good */
  async invitedTo(hash: string): Promise<string | undefined> {
    const [invitation] = await this.store.inTurn<{ agency: string }>(
      'select agency_code as agency from entente.invitation_of($1)',
      [hash],
    );
    return invitation?.agency;
  }

  /** @returns the membership that it makes of who has just proved who it is; undefined where it is not good, or not for that person */
  async accept(hash: string, issuer: string, subject: string): Promise<string | undefined> {
    try {
      const [made] = await this.store.inTurn<{ id: string }>(
        'select entente.accept_invitation($1, $2, $3) as id',
        [hash, issuer, subject],
      );
      return made?.id;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EN404') return undefined;
      throw error;
    }
  }

  /** @param agent what the browser calls itself @returns the session's id */
  async begin(memberId: string, agent: string): Promise<string> {
    const [begun] = await this.store.inTurn<{ id: string }>('select entente.begin_session($1, $2) as id', [
      memberId,
      printable(agent).slice(0, AGENT),
    ]);
    if (!begun) throw new Error('begin_session answered nothing.');
    return begun.id;
  }

  /** Undefined for one that is over: ended, too old, unused for too long, or of a membership that is not active. */
  async running(id: string): Promise<RunningSession | undefined> {
    const [session] = await this.store.inTurn<RunningSession>(
      `select member_id as "memberId", agency_code as agency, began_at as "beganAt"
         from entente.running_session($1)`,
      [id],
    );
    return session;
  }

  async used(id: string): Promise<void> {
    await this.store.inTurn('select entente.use_session($1)', [id]);
  }

  async signOut(id: string): Promise<void> {
    await this.store.inTurn('select entente.sign_out($1)', [id]);
  }
}

/** What a browser says of itself is shown to people. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');
