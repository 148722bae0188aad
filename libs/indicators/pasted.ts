import { type ChainCode, chains } from './chains.js';
import {
  accepted,
  type Accepted,
  type IndicatorType,
  normalise,
  oneByOne,
  type Recognised,
} from './normalise.js';

/** What people put between the values of a list. */
const BETWEEN = /[\s,;|、，；\u00a0\u200b\ufeff]+/u;
/** A URL may hold commas and bars: only what begins another one ends it. */
const BETWEEN_URLS = /[,;|]+(?=$|[a-z]{2,8}(?:\[?:\]?\/\/|\[:\/\/\]))/i;
const URL_LIKE = /^[^a-z]?h(?:tt|xx)ps?\[?:/i;
/** Quotes and brackets around a value, and what ends a sentence or a cell behind it. */
const BEFORE = /^["'`<([{“‘「『]+(?=[^"'`<])/u;
const BEHIND = /["'`>“”‘’」』]+$/u;

/**
 * The values in pasted texts, in order: each text may be a list with spaces, commas, semicolons, bars or line ends.
 * @param most stops behind so many, so that a list without end costs no more
 */
export function separate(texts: readonly string[], most: number): string[] {
  const found: string[] = [];
  for (const text of texts) {
    // A text that is all separators is a value that is empty, and is told so.
    const pieces = text
      .split(/\s+/u)
      .flatMap((word) => word.split(URL_LIKE.test(word) ? BETWEEN_URLS : BETWEEN))
      .filter((piece) => piece !== '');
    for (const piece of pieces.length > 0 ? pieces : ['']) {
      if (found.length >= most) return found;
      found.push(piece);
    }
  }
  return found;
}

/** Without the quotes and brackets around it. A bracket that opened before the value closes behind it. */
function bare(pasted: string): string {
  const value = pasted
    .trim()
    .replace(/[,;]+$/, '')
    .replace(BEHIND, '')
    .replace(BEFORE, '');
  const open = { ')': '(', ']': '[', '}': '{' }[value.slice(-1)];
  return open === undefined || value.includes(open) ? value : value.slice(0, -1);
}

/**
 * Undoes what keeps a reader from clicking, in every usual way: `hxxp`, `[.]`, `(.)`, `{.}`, `[dot]`, `(dot)`, `[@]`,
 * `(at)`, `[:]`, `[://]`.
 */
const undefang = (value: string): string =>
  value
    .replace(/[[({]\s*(?:\.|dot)\s*[\])}]/gi, '.')
    .replace(/[[({]\s*(?:@|at)\s*[\])}]/gi, '@')
    .replace(/[[({](:\/\/|:)[\])}]/g, '$1')
    .replace(/^h(?:xx|tt)p(s?):\/\//i, (_, secure: string) => `http${secure.toLowerCase()}://`);

/** What a pasted value was read as. */
export class Reading {
  /** @param reason why it is no indicator, to be shown as it is; null if it is one */
  constructor(
    readonly accepted: readonly Accepted[],
    readonly reason: string | null,
  ) {}

  /** Everything it can be, one by one. */
  get candidates(): Recognised[] {
    return oneByOne(this.accepted);
  }
}

/** Everything a pasted value can be, in the order of types and chains. */
export function read(pasted: string): Reading {
  const plain = bare(pasted);
  const found = accepted(plain);
  if (found.length > 0) return new Reading(found, null);
  const value = undefang(plain);
  const undone = value === plain ? [] : accepted(value);
  return new Reading(undone, undone.length > 0 ? null : reasonOf(value));
}

/** What a value looks like, by its first characters: so that its fault is told as one of that. */
const LIKE: readonly [pattern: RegExp, type: IndicatorType, chain: ChainCode | null][] = [
  [/^h(?:tt|xx)ps?:/i, 'url', null],
  [/^0x[0-9a-z]{60,}$/i, 'transaction', 'ethereum'],
  [/^0x/i, 'wallet', 'ethereum'],
  [/@/, 'email', null],
  [/^(?:bc1|[13])[0-9a-z]{20,}$/i, 'wallet', 'bitcoin'],
  [/^(?:ltc1|[LM])[0-9a-z]{24,}$/i, 'wallet', 'litecoin'],
  [/^T[0-9a-z]{24,}$/i, 'wallet', 'tron'],
  [/^r[0-9a-z]{24,}$/i, 'wallet', 'xrp'],
  [/^N[0-9a-z-]{30,}$/i, 'wallet', 'nem'],
  [/^[48][0-9a-z]{80,}$/i, 'wallet', 'monero'],
  [/^[\d.]+\/\d*$/, 'ip-range', null],
  [/^\d+(?:\.\d+){1,}$/, 'ip', null],
  [/^[0-9a-f]*:[0-9a-f:]*$/i, 'ip', null],
  [/^[0-9a-f]{28,}$/i, 'file-hash', null],
  [/^[^/]+\.[^/]+\/.+$/, 'account', null],
  [/\./, 'domain', null],
];

function reasonOf(value: string): string {
  if (value === '') return 'It is empty.';
  if (value.length > 2048) return 'It is too long: no indicator has more than 2048 characters.';
  const [, type, chain] = LIKE.find(([pattern]) => pattern.test(value)) ?? [];
  if (type === undefined)
    return 'It has the form of no wallet, transaction, address, domain, URL, e-mail, account or hash.';
  const normal = normalise({ type, chain: chain ?? null, value });
  const named = `${type}${chain == null ? '' : ` on ${chains[chain].name}`}`;
  return normal.ok ? `It is no ${named}.` : `Read as ${named}: ${normal.reason}.`;
}
