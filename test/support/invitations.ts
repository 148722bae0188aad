import { hashOfCode, newCode } from '#access';
import { toServiceError } from '#core';
import { randomUUID } from 'node:crypto';
import type { Administered } from './administration.js';
import { agencyId, memberId, type Code } from './roster.js';
import type { Client, OwnWorld, World } from './world.js';

/** Where the people of these specs sign in. */
export const IDP = 'https://idp.example';

interface Given {
  roles?: string[];
  name?: string;
  /** Of the membership. */
  validUntil?: string;
  by?: Code;
}

/** An invitation that was given, written straight into the database. @returns its code */
export async function given(
  world: World,
  code: Code,
  { roles = ['ANALYST'], name = 'Invited', validUntil = 'infinity', by = code }: Given = {},
): Promise<string> {
  const { code: secret, hash } = newCode();
  await world.sql(
    `insert into invitation (agency_id, given_agency_id, given_by, name, roles, valid_until, code_hash)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      agencyId(code),
      agencyId(by),
      memberId(by, by === 'HUB' ? 'OPERATOR' : 'AGENCY_ADMIN'),
      name,
      roles,
      validUntil,
      hash,
    ],
  );
  return secret;
}

/**
 * Accepts as whoever serves sign-in does, of an identity that it has verified.
 * @returns the membership @throws ServiceError what the person would be told
 */
export async function accept(world: OwnWorld, code: string, subject: string, issuer = IDP): Promise<string> {
  try {
    const [made] = await world.doors.asAuthorizationServer((reader) =>
      reader.rows<{ id: string }>('select entente.accept_invitation($1, $2, $3) as id', [
        hashOfCode(code),
        issuer,
        subject,
      ]),
    );
    if (!made) throw new Error('accept_invitation() answered nothing.');
    return made.id;
  } catch (error) {
    throw toServiceError(error, () => undefined);
  }
}

/** `done`, or the refusal's code and words. */
export const accepted = (...how: Parameters<typeof accept>): Promise<string> =>
  accept(...how).then(
    () => 'done',
    (error: unknown) =>
      error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error),
  );

export interface Invited extends Administered {
  codes: { name: string; code: string }[];
}

const PAYLOAD = '{ subjectId pendingAct { id act content hash state } codes { name code } }';

/** Invites a member. @throws Error when it is refused */
export async function invite(client: Client, input: object): Promise<Invited> {
  const { invited } = await client.ask<{ invited: Invited }>(
    `mutation ($input: InviteMemberInput!) { invited: inviteMember(input: $input) ${PAYLOAD} }`,
    { input: { idempotencyKey: randomUUID(), ...input } },
  );
  return invited;
}
