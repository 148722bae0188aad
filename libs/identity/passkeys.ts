import { randomBytes } from 'node:crypto';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';
import type { AuthorizationStore } from './authorization-store.js';
import type { PublicAddress } from './public-address.js';
import { unlessRefused } from './sessions.js';
import { CEREMONY_LIFE } from './token-rules.js';

/** Issuer of the persons whom no provider knows: the subject is the user handle of their passkeys. */
export const PASSKEY_ISSUER = 'urn:entente:passkey';

/** An answer of a browser or its authenticator that is not to be believed, whatever is wrong with it. */
export class NoPasskey extends Error {}

export type PasskeyOptions = PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;

/** For whom a passkey is made. */
export interface Holder {
  /** base64url of 32 random bytes, the subject of the person. */
  handle: string;
  /** What the authenticator shows, in its list of passkeys. */
  name: string;
}

/** A passkey whose first answer was verified. */
export interface NewPasskey {
  credential: Buffer;
  key: Buffer;
  counter: number;
  synced: boolean;
  backedUp: boolean;
}

/** Who came in by it. */
export interface Enrolled {
  memberId: string;
  passkey: string;
}

interface Known {
  id: string;
  handle: string;
  public_key: Buffer;
  /** bigint, which the driver gives as text. */
  counter: string;
  synced: boolean;
}

/** COSE (RFC 9053): EdDSA, ES256, RS256. */
const ALGORITHMS = [-8, -7, -257];

/** Of either answer; what extensions say is nothing to us. */
const answered = {
  id: z.string().max(2_000),
  rawId: z.string(),
  type: z.literal('public-key'),
  clientExtensionResults: z.unknown().transform(() => ({})),
};
const madeSchema = z.object({
  ...answered,
  response: z.object({ clientDataJSON: z.string(), attestationObject: z.string() }),
});
const usedSchema = z.object({
  ...answered,
  response: z.object({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
    userHandle: z.string(),
  }),
});

export const newHandle = (): string => randomBytes(32).toString('base64url');

/**
 * WebAuthn Level 3, as relying party: the host of the public address, and no other origin. Each passkey is found by the
 * browser itself (discoverable), and its owner proves to it who it is (user verification). No maker is asked to vouch
 * for it (attestation none): who it belongs to, the invitation says.
 */
export class Passkeys {
  constructor(
    private readonly store: AuthorizationStore,
    private readonly address: Pick<PublicAddress, 'url'>,
  ) {}

  /** What a browser is asked, to sign in with whichever passkey it has. */
  asking(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return generateAuthenticationOptions({
      rpID: this.party,
      timeout: CEREMONY_LIFE * 1_000,
      userVerification: 'required',
    });
  }

  /** What a browser is asked, to make one. @param beside one that its holder has */
  async making(
    { handle, name }: Holder,
    beside: string | null = null,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const others = await this.store.inTurn<{ credential_id: Buffer }>(
      'select credential_id from entente.passkeys_beside($1)',
      [beside],
    );
    return generateRegistrationOptions({
      rpName: 'Entente',
      rpID: this.party,
      userID: bytesOf(handle),
      userName: name,
      userDisplayName: name,
      timeout: CEREMONY_LIFE * 1_000,
      attestationType: 'none',
      excludeCredentials: others.map((one) => ({ id: one.credential_id.toString('base64url') })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /** @param text what the browser answered, as JSON @throws NoPasskey */
  async made(text: unknown, challenge: string): Promise<NewPasskey> {
    const { registrationInfo: info } = await believed(() =>
      verifyRegistrationResponse({
        response: answerOf(madeSchema, text),
        expectedChallenge: challenge,
        expectedOrigin: this.origin,
        expectedRPID: this.party,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (!info) throw new NoPasskey();
    const { id, publicKey, counter } = info.credential;
    return {
      credential: Buffer.from(id, 'base64url'),
      key: Buffer.from(publicKey),
      counter,
      synced: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
    };
  }

  /**
   * @param text what the browser answered, as JSON
   * @returns the passkey, and whose it is; its counter has moved
   * @throws NoPasskey
   */
  async used(text: unknown, challenge: string): Promise<{ id: string; handle: string }> {
    const response = answerOf(usedSchema, text);
    const [known] = await this.store.inTurn<Known>('select * from entente.passkey_of($1)', [
      Buffer.from(response.id, 'base64url'),
    ]);
    if (!known) throw new NoPasskey();
    const { verified, authenticationInfo: info } = await believed(() =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        expectedOrigin: this.origin,
        expectedRPID: this.party,
        requireUserVerification: true,
        credential: {
          id: response.id,
          publicKey: new Uint8Array(known.public_key),
          counter: Number(known.counter),
        },
      }),
    );
    const isSame = (info.credentialDeviceType === 'multiDevice') === known.synced;
    // WebAuthn, section 7.2: nobody was named before, so the authenticator says whose it is.
    if (!verified || !isSame || response.response.userHandle !== known.handle) throw new NoPasskey();
    const [moved] = await this.store.inTurn<{ moved: boolean }>(
      'select entente.use_passkey($1, $2, $3) as moved',
      [known.id, info.newCounter, info.credentialBackedUp],
    );
    if (!moved?.moved) throw new NoPasskey();
    return { id: known.id, handle: known.handle };
  }

  /** @returns the membership that an invitation makes of its holder, and the passkey; undefined where it is not good */
  async enrol(
    invitation: string,
    handle: string,
    made: NewPasskey,
    name: string,
  ): Promise<Enrolled | undefined> {
    const rows = this.store.inTurn<Enrolled>(
      `select member_id as "memberId", passkey_id as "passkey"
         from entente.enrol_passkey($1, $2, $3, $4, $5, $6, $7, $8)`,
      [invitation, handle, ...columnsOf(made), name],
    );
    return (await unlessRefused(rows))?.[0];
  }

  /** @param by with which its holder has just signed in @returns false where it is known, or one too many */
  async add(by: string, memberId: string, made: NewPasskey, name: string): Promise<boolean> {
    const rows = this.store.inTurn('select entente.add_passkey($1, $2, $3, $4, $5, $6, $7, $8)', [
      ...[by, memberId],
      ...columnsOf(made),
      name,
    ]);
    return (await unlessRefused(rows)) !== undefined;
  }

  private get origin(): string {
    return new URL(this.address.url).origin;
  }

  private get party(): string {
    return new URL(this.address.url).hostname;
  }
}

const columnsOf = ({ credential, key, counter, synced, backedUp }: NewPasskey): unknown[] => [
  ...[credential, key, counter],
  ...[synced, backedUp],
];

/** In a buffer of its own, as the library wants it. */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));

function answerOf<Answer>(schema: z.ZodType<Answer>, text: unknown): Answer {
  try {
    return schema.parse(JSON.parse(String(text)));
  } catch {
    throw new NoPasskey();
  }
}

const believed = <Result>(verify: () => Promise<Result>): Promise<Result> =>
  verify().catch((cause: unknown) => {
    throw new NoPasskey('not believed', { cause });
  });
