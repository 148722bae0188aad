import { z } from 'zod';
import { hashOfCode } from '#access';
import type { Kept } from './kept.js';
import {
  newHandle,
  NoPasskey,
  PASSKEY_ISSUER,
  type NewPasskey,
  type PasskeyOptions,
  type Passkeys,
} from './passkeys.js';
import type { Membership, Sessions } from './sessions.js';
import { SignInFault, type Browser, type SignIn } from './sign-in.js';
import { CEREMONY_LIFE } from './token-rules.js';

/** What a browser is to do with a passkey. */
export interface Ceremony {
  kind: 'use' | 'make';
  options: PasskeyOptions;
}

/** What was asked of a browser. It is taken when it answers: one answer, whatever it is. */
const askedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('use'), challenge: z.string(), adds: z.boolean() }),
  z.object({
    kind: z.literal('enrol'),
    challenge: z.string(),
    handle: z.string(),
    /** Hash of the code. */
    invitation: z.string(),
  }),
  z.object({
    kind: z.literal('add'),
    challenge: z.string(),
    /** The passkey and the membership with which somebody has just come in. */
    by: z.string(),
    memberId: z.string(),
  }),
]);
type Asked = z.output<typeof askedSchema>;

const nameSchema = z
  .string()
  .trim()
  .transform((name) => name.replaceAll(/\p{C}/gu, '').slice(0, 100) || 'Passkey');

interface Parts {
  signIn: SignIn;
  passkeys: Passkeys;
  sessions: Sessions;
  kept: Kept;
}

/** Signing in by passkeys: what was asked of a browser is bound to its sign-in, and so to its cookie. */
export class PasskeySignIn {
  constructor(private readonly parts: Parts) {}

  /** @param adds whether there is to be another one, once it is proved who it is */
  async ask(browser: Browser, adds: boolean): Promise<Ceremony> {
    const options = await this.parts.passkeys.asking();
    await this.keep(browser, { kind: 'use', challenge: options.challenge, adds });
    return { kind: 'use', options };
  }

  /**
   * @param answer of the browser, as JSON
   * @returns where to go on, of which memberships to choose one, or what to do to add another passkey
   * @throws SignInFault
   */
  async answered(browser: Browser, answer: unknown): Promise<string | Membership[] | Ceremony> {
    const asked = await this.taken(browser, 'use');
    const { id, handle } = await told(this.parts.passkeys.used(answer, asked.challenge));
    const proved = { issuer: PASSKEY_ISSUER, subject: handle, agencyId: null, passkey: id };
    if (!asked.adds) return this.parts.signIn.goOn(browser, proved);
    const [membership] = await this.parts.sessions.memberships(PASSKEY_ISSUER, handle, null);
    if (!membership) throw new SignInFault('nobody');
    const { agency, memberId } = membership;
    const options = await this.parts.passkeys.making({ handle, name: agency }, id);
    await this.keep(browser, { kind: 'add', challenge: options.challenge, by: id, memberId });
    return { kind: 'make', options };
  }

  /** @returns undefined for an invitation that a provider accepts @throws SignInFault invitation */
  async invited(browser: Browser, code: string): Promise<Ceremony | undefined> {
    const invitation = hashOfCode(code);
    const good = await this.parts.sessions.invitation(invitation);
    if (!good) throw new SignInFault('invitation');
    if (!good.byPasskey) return undefined;
    const handle = newHandle();
    const options = await this.parts.passkeys.making({ handle, name: `${good.agency}: ${good.name}` });
    await this.keep(browser, { kind: 'enrol', challenge: options.challenge, handle, invitation });
    return { kind: 'make', options };
  }

  /**
   * The browser has made a passkey.
   * @param answer as JSON @param name what its holder calls it
   * @returns where to go on, signed in @throws SignInFault
   */
  async made(browser: Browser, answer: unknown, name: string): Promise<string> {
    const asked = await this.taken(browser, 'enrol', 'add');
    const passkey = await told(this.parts.passkeys.made(answer, asked.challenge));
    const called = nameSchema.parse(name);
    return asked.kind === 'enrol'
      ? this.enrol(browser, asked, passkey, called)
      : this.add(browser, asked, passkey, called);
  }

  private async enrol(browser: Browser, asked: Of<'enrol'>, made: NewPasskey, name: string): Promise<string> {
    const { invitation, handle } = asked;
    const enrolled = await this.parts.passkeys.enrol(invitation, handle, made, name);
    if (!enrolled) throw new SignInFault('invitation');
    return this.parts.signIn.finish(browser, enrolled.memberId, enrolled.passkey);
  }

  private async add(browser: Browser, asked: Of<'add'>, made: NewPasskey, name: string): Promise<string> {
    const { by, memberId } = asked;
    if (!(await this.parts.passkeys.add(by, memberId, made, name))) throw new SignInFault('passkey');
    return this.parts.signIn.finish(browser, memberId, by);
  }

  private keep({ uid }: Browser, asked: Asked): Promise<void> {
    return this.parts.kept.keep('Ceremony', uid, { ...asked }, CEREMONY_LIFE);
  }

  /** @throws SignInFault over, where nothing or something else was asked, or it was answered */
  private async taken<Kind extends Asked['kind']>(browser: Browser, ...kinds: Kind[]): Promise<Of<Kind>> {
    const asked = askedSchema.safeParse(await this.parts.kept.take('Ceremony', browser.uid));
    if (!asked.success || !isOf(asked.data, kinds)) throw new SignInFault('over');
    return asked.data;
  }
}

type Of<Kind extends Asked['kind']> = Extract<Asked, { kind: Kind }>;

const isOf = <Kind extends Asked['kind']>(asked: Asked, kinds: readonly Kind[]): asked is Of<Kind> =>
  kinds.some((kind) => kind === asked.kind);

const told = <Result>(checked: Promise<Result>): Promise<Result> =>
  checked.catch((error: unknown) => {
    throw error instanceof NoPasskey ? new SignInFault('passkey') : error;
  });
