import { LANGUAGES, type Language } from './texts.js';

/** The cookie with which the switch is remembered. */
const COOKIE = 'entente_language';

const known = (tag: string | undefined): Language | undefined =>
  (Object.keys(LANGUAGES) as Language[]).find((one) => one === tag);

interface Asked {
  /** What the switch says: `lang` of the query. */
  switched?: string | undefined;
  cookie?: string | undefined;
  acceptLanguage?: string | undefined;
}

/** By the switch, as it was switched before, or as the browser prefers (RFC 9110, section 12.5.4). */
export function languageOf({ switched, cookie = '', acceptLanguage = '' }: Asked): Language {
  const remembered = new RegExp(`(?:^|; )${COOKIE}=(\\w+)`).exec(cookie)?.[1];
  const preferred = acceptLanguage
    .slice(0, 200)
    .split(',')
    .map((range) => {
      const [tag = '', quality] = range.trim().split(/\s*;\s*q=/);
      return { tag: tag.split('-')[0]?.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .sort((one, other) => other.quality - one.quality)
    .find(({ tag, quality }) => quality > 0 && known(tag));
  return known(switched) ?? known(remembered) ?? known(preferred?.tag) ?? 'en';
}

/** `Set-Cookie` that remembers the switch, where it was used. */
export const rememberLanguage = (switched: string | undefined, base: string): string | undefined =>
  known(switched) && `${COOKIE}=${switched ?? ''}; Path=${base}/; Max-Age=31536000; HttpOnly; SameSite=Lax`;
