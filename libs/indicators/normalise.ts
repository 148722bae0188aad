import { type ChainCode, chains, type Family, isChain } from './chains.js';
import type { Form } from './form.js';
import { fileHash, transactionForms } from './hashes.js';
import { ip, ipRange } from './ip.js';
import { account, domain, email } from './network.js';
import { outlines } from './outline.js';
import { url } from './url.js';
import { walletForms } from './wallets.js';

/** The types of indicator, in the order they are offered. `wallet` and `transaction` need a chain, the others take none. */
export const indicatorTypes = [
  'wallet',
  'transaction',
  'ip',
  'ip-range',
  'domain',
  'url',
  'email',
  'account',
  'file-hash',
] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** One form, or one for each family of chains. */
const forms: Record<IndicatorType, Form | Record<Family, Form>> = {
  wallet: walletForms,
  transaction: transactionForms,
  ip,
  'ip-range': ipRange,
  domain,
  url,
  email,
  account,
  'file-hash': fileHash,
};

/**
 * Whose the thing is. `third-party`: stolen from, or abused without knowing, someone who is neither suspect nor victim of
 * the incident (a hijacked mail account that sent the phishing). `service`: an exchange, a mixer, a host.
 */
export const indicatorRoles = ['suspect', 'victim', 'third-party', 'service', 'unknown'] as const;
export type IndicatorRole = (typeof indicatorRoles)[number];

/** An indicator as it was entered. `chain` is a code of `chains`; absent, null and empty are the same. */
export interface EnteredIndicator {
  type: string;
  chain?: string | null;
  value: string;
}

export type Normalised =
  /** `key` is `type|chain|value` with the normal value; chain is empty for types without one. */
  | { ok: true; value: string; key: string }
  /**
   * `reason` is read after the name of the field and a colon; it quotes nothing, so it may be shown. Positions count
   * from 1, in code points, after outer white space is dropped and brackets are undone.
   */
  | { ok: false; reason: string };

/**
 * Checks a value and gives its normal form and key. Never throws, whatever the strings hold; the work is bounded by the
 * longest form. White space around the value is dropped. Normalising a normal form gives it again.
 */
export function normalise(entered: EnteredIndicator): Normalised {
  const form = formOf(entered);
  if (!form) return { ok: false, reason: typeFault(entered) };
  const reason = faultOf(entered.value, form);
  if (reason !== undefined) return { ok: false, reason };
  const normal = form.fold(entered.value.trim());
  return { ok: true, value: normal, key: join(entered, normal) };
}

function faultOf(entered: string, form: Form): string | undefined {
  if (entered.length > form.longest) return `is too long: more than ${form.longest} characters`;
  const value = entered.trim();
  return value === '' ? 'is empty' : form.fault(value);
}

/**
 * The key of a value already known to be valid, as entered or normalised: what `normalise` would give, without the
 * checks. Given anything else it does not throw, and what it gives means nothing.
 */
export function keyOf(valid: EnteredIndicator): string {
  const value = valid.value.trim();
  return join(valid, formOf(valid)?.fold(value) ?? value);
}

/** A type, and a chain if it has one. */
interface Place {
  type: IndicatorType;
  chain: ChainCode | null;
  /** `type|chain`. */
  place: string;
}

/** One normal value, and as what it is one. */
export interface Accepted {
  value: string;
  as: readonly Place[];
}

/** What a value can be: `chain` is null for types without one. */
export interface Recognised {
  type: IndicatorType;
  chain: ChainCode | null;
  /** The normal value there. */
  value: string;
  /** `type|chain|value`. */
  key: string;
}

const codes = Object.values(chains).map(({ code }) => code);

/** Types and chains that follow one another and share a form: a value is read once for all of them. */
interface Run {
  form: Form;
  outline: RegExp;
  places: Place[];
}

const runs: Run[] = [];
for (const type of indicatorTypes) {
  for (const chain of [null, ...codes]) {
    const form = formOf({ type, chain, value: '' });
    if (!form) continue;
    const place = { type, chain, place: `${type}|${chain ?? ''}` };
    const last = runs.at(-1);
    if (last?.form === form) last.places.push(place);
    else runs.push({ form, outline: outlineOf(type, chain), places: [place] });
  }
}

function outlineOf(type: IndicatorType, chain: ChainCode | null): RegExp {
  const outline = outlines[type];
  if (outline instanceof RegExp) return outline;
  if (chain === null) throw new Error(`No ${type} is without a chain.`);
  return outline[chains[chain].family];
}

/**
 * Everything that `value` is accepted as, in the order of types and chains; nothing if it is no indicator. An address in
 * 0x is one on every EVM chain, a Base58 one of Bitcoin also one of Bitcoin Cash, 64 hexadecimal digits a transaction
 * anywhere and a file hash: which of them it is, the value does not say.
 */
export function accepted(value: string): Accepted[] {
  const bare = value.trim();
  return runs
    .filter(({ form, outline }) => outline.test(bare) && faultOf(value, form) === undefined)
    .map(({ form, places }) => ({ value: form.fold(bare), as: places }));
}

/** The same, one by one. */
export const recognise = (value: string): Recognised[] => oneByOne(accepted(value));

export const oneByOne = (found: readonly Accepted[]): Recognised[] =>
  found.flatMap(({ value, as }) =>
    as.map(({ type, chain, place }) => ({ type, chain, value, key: `${place}|${value}` })),
  );

const join = ({ type, chain }: EnteredIndicator, value: string) => `${type}|${chain ?? ''}|${value}`;

function formOf({ type, chain }: EnteredIndicator): Form | undefined {
  if (!isType(type)) return undefined;
  const form = forms[type];
  if ('fold' in form) return chain ? undefined : form;
  return chain && isChain(chain) ? form[chains[chain].family] : undefined;
}

/** Why `formOf` found nothing. */
function typeFault({ type, chain }: EnteredIndicator): string {
  if (!isType(type)) return `has an unknown type; known are ${indicatorTypes.join(', ')}`;
  if ('fold' in forms[type]) return `has a chain; the type ${type} takes none`;
  const known = Object.keys(chains).join(', ');
  return chain ? `has an unknown chain; known are ${known}` : `has no chain; a ${type} needs one of ${known}`;
}

function isType(type: string): type is IndicatorType {
  return Object.hasOwn(forms, type);
}
