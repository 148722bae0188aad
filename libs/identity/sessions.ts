import type { AuthorizationStore } from './authorization-store.js';

/** A membership of somebody who proved who it is. */
export interface Membership {
  memberId: string;
  /** Code of its agency. */
  agency: string;
  roles: string[];
}

/** Of an invitation that is good. */
export interface Invited {
  /** Code of the agency to which it is. */
  agency: string;
  /** Who is invited, as who invited says. */
  name: string;
  /** Whether a passkey accepts it, and no provider. */
  byPasskey: boolean;
}

/** A sign-in that is not over, and whose membership is active. */
export interface RunningSession {
  memberId: string;
  agency: string;
  /** When its member last proved who it is. */
  provedAt: Date;
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

  /** @returns undefined for one that is not good */
  async invitation(hash: string): Promise<Invited | undefined> {
    const [invitation] = await this.store.inTurn<Invited>(
      'select agency_code as agency, name, by_passkey as "byPasskey" from entente.invitation_way($1)',
      [hash],
    );
    return invitation;
  }

  /** @returns the membership that it makes of who has just proved who it is; undefined where it is not good, or not for that person */
  async accept(hash: string, issuer: string, subject: string): Promise<string | undefined> {
    const asked = this.store.inTurn<{ id: string }>('select entente.accept_invitation($1, $2, $3) as id', [
      hash,
      issuer,
      subject,
    ]);
    return (await unlessRefused(asked))?.[0]?.id;
  }

  /**
   * @param agent what the browser calls itself
   * @param passkey by which it was proved who it is; null at a provider
   * @returns the session's id
   */
  async begin(memberId: string, agent: string, passkey: string | null): Promise<string> {
    const [begun] = await this.store.inTurn<{ id: string }>(
      'select entente.begin_session($1, $2, $3) as id',
      [memberId, printable(agent).slice(0, AGENT), passkey],
    );
    if (!begun) throw new Error('begin_session answered nothing.');
    return begun.id;
  }

  /** Undefined for one that is over: ended, too old, unused for too long, or of a membership that is not active. */
  async running(id: string): Promise<RunningSession | undefined> {
    const [session] = await this.store.inTurn<RunningSession>(
      `select member_id as "memberId", agency_code as agency, proved_at as "provedAt"
         from entente.running_session($1)`,
      [id],
    );
    return session;
  }

  /** Its member has just proved who it is once more. @returns false where it is over, or another's */
  async prove(id: string, memberId: string, passkey: string | null): Promise<boolean> {
    const [proved] = await this.store.inTurn<{ proved: boolean }>(
      'select entente.prove_session($1, $2, $3) as proved',
      [id, memberId, passkey],
    );
    return proved?.proved ?? false;
  }

  /** Its member has got a token. */
  async gaveToken(memberId: string): Promise<void> {
    await this.store.inTurn('select entente.member_used($1)', [memberId]);
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

/** @returns undefined for what the database refuses by a rule of ours */
export const unlessRefused = <Row>(asked: Promise<Row>): Promise<Row | undefined> =>
  asked.catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EN404' || code === 'EN409') return undefined;
    throw error;
  });
