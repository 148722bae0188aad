import { createHash } from 'node:crypto';
import { LANGUAGES, TEXTS, type Language, type Texts } from './texts.js';

/** Text that is markup already: everything else that a page holds is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

const ESCAPED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ESCAPED[sign] ?? '');

/** Markup with values in it, in text or between double quotes. */
export const markup = (parts: TemplateStringsArray, ...values: (string | Markup | Markup[])[]): Markup =>
  new Markup(
    parts.reduce((before, part, at) => {
      const value = values[at - 1] ?? '';
      if (Array.isArray(value)) return before + value.map(({ text }) => text).join('') + part;
      return before + (value instanceof Markup ? value.text : escaped(value)) + part;
    }),
  );

export const STYLE = `
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 28rem; padding: 2rem 1rem; background: Canvas; color: CanvasText; }
h1 { font-size: 1.4rem; }
label, input { display: block; }
input, button { font: inherit; padding: .5rem .7rem; margin: .3rem 0; }
input[type=text] { box-sizing: border-box; width: 100%; }
button { cursor: pointer; min-width: 8rem; text-align: start; }
.list button { width: 100%; }
.code { font: 1.8rem ui-monospace, monospace; letter-spacing: .1em; }
nav { margin-top: 3rem; font-size: .9rem; }
nav a { margin-inline-end: 1rem; }
`;
/** Names its content, so that a browser may keep it for ever. */
export const STYLE_NAME = `${createHash('sha256').update(STYLE).digest('hex').slice(0, 16)}.css`;

/** No page has a script, and none stands inside another. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-type': 'text/html; charset=utf-8',
};

export interface PageContent {
  language: Language;
  /** Path of the service's public address; empty mostly. */
  base: string;
  title: keyof Texts;
  body: Markup;
  /** Where the browser goes by itself. */
  goesTo?: string;
  /** Left out where a page cannot be asked for again. */
  languages?: boolean;
}

export function page({ language, base, title, body, goesTo, languages = true }: PageContent): string {
  const links = Object.entries(LANGUAGES).map(
    ([tag, name]) => markup`<a href="?lang=${tag}" hreflang="${tag}" lang="${tag}">${name}</a>`,
  );
  const heading = TEXTS[language][title];
  return markup`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        ${goesTo === undefined ? '' : markup`<meta http-equiv="refresh" content="0; url=${goesTo}">`}
        <title>${heading}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="${base}/sign-in/${STYLE_NAME}">
      </head>
      <body>
        <h1>${heading}</h1>
        ${body} ${languages ? markup`<nav>${links}</nav>` : ''}
      </body>
    </html>`.text;
}
