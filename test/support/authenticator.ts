import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/*
 * An authenticator and its browser in one, as WebAuthn Level 3 has them: ES256 keys, attestation "none". What a page asks
 * of it goes in as it stands there, what the page would send comes out. One thing at a time may be wrong.
 */

/** What is not as it should be. */
export interface Wrong {
  challenge?: string;
  origin?: string;
  /** For which relying party the authenticator answers. */
  party?: string;
  /** Nobody proved to it who it is, or nobody was there. */
  unverified?: boolean;
  absent?: boolean;
  type?: string;
  counter?: number;
  /** Another passkey's id, by this one's key; and another's handle. */
  credential?: Buffer;
  handle?: string;
  /** It was on one device, and now says that it may be on several. */
  synced?: boolean;
  /** By another key. */
  privateKey?: KeyObject;
}

interface Options {
  challenge: string;
  user?: { id: string };
}

export class Authenticator {
  readonly credential = randomBytes(32);
  private readonly pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private handle = '';
  /** Zero for ever, as of one that is synced; or counting. */
  counter = 0;

  /** @param origin the page's @param counts whether it counts its uses @param synced whether it may be on several devices */
  constructor(
    private readonly origin: string,
    private readonly counts = true,
    private readonly synced = false,
  ) {}

  get privateKey(): KeyObject {
    return this.pair.privateKey;
  }

  /** A page's options for a new passkey. @returns what the browser would send, as JSON */
  make(options: Options, wrong: Wrong = {}): string {
    this.handle = options.user?.id ?? '';
    const credential = wrong.credential ?? this.credential;
    const { x = '', y = '' } = this.pair.publicKey.export({ format: 'jwk' });
    // RFC 9053, section 7.1.1: an EC2 key for ES256 on P-256.
    const key = map([
      [int(1), int(2)],
      [int(3), int(-7)],
      [int(-1), int(1)],
      [int(-2), bytes(Buffer.from(x, 'base64url'))],
      [int(-3), bytes(Buffer.from(y, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(credential.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, credential, key]);
    const data = Buffer.concat([this.data(wrong, 0x40), attested]);
    const attestation = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(data)],
    ]);
    return this.answer(credential, {
      clientDataJSON: this.client('webauthn.create', options, wrong).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** A page's options to sign in. @returns what the browser would send, as JSON */
  use(options: Options, wrong: Wrong = {}): string {
    if (this.counts) this.counter++;
    const data = this.data(wrong, 0);
    const client = this.client('webauthn.get', options, wrong);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return this.answer(wrong.credential ?? this.credential, {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', signed, wrong.privateKey ?? this.pair.privateKey).toString('base64url'),
      userHandle: wrong.handle ?? this.handle,
    });
  }

  private answer(credential: Buffer, response: object): string {
    const id = credential.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }

  private client(type: string, { challenge }: Options, wrong: Wrong): Buffer {
    const said = {
      type: wrong.type ?? type,
      challenge: wrong.challenge ?? challenge,
      origin: wrong.origin ?? this.origin,
      crossOrigin: false,
    };
    return Buffer.from(JSON.stringify(said));
  }

  /** WebAuthn, section 6.1: relying party, flags, counter. */
  private data(
    { party = new URL(this.origin).hostname, unverified, absent, counter, synced }: Wrong,
    more: number,
  ): Buffer {
    const flags = more | (absent ? 0 : 0x01) | (unverified ? 0 : 0x04) | ((synced ?? this.synced) ? 0x18 : 0);
    const end = Buffer.alloc(5);
    end.writeUInt8(flags);
    end.writeUInt32BE(counter ?? this.counter, 1);
    return Buffer.concat([createHash('sha256').update(party).digest(), end]);
  }
}

/* CBOR (RFC 8949), as much of it as an authenticator says here. */

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const int = (value: number): Buffer => (value >= 0 ? head(0, value) : head(1, -1 - value));
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer =>
  Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (pairs: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
