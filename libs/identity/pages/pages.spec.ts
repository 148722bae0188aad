import { describe, expect, test } from '@jest/globals';
import { passkeyPage } from './passkey-page.js';
import * as pages from './pages.js';
import { LANGUAGES, TEXTS, type Language, type Told } from './texts.js';

const FORM = { action: '/there', xsrf: 'x' };
const TOLD: readonly (Told | 'toolDone' | 'signedOut')[] = [
  ...(['stopped', 'over', 'agency', 'down', 'refused', 'weak', 'busy', 'nobody', 'invitation'] as const),
  ...(['passkey', 'another', 'failed', 'wrongCode', 'toolDone', 'signedOut'] as const),
];

/** Every page, with all that it can say. */
const PAGES: [what: string, made: (place: pages.Place) => string][] = [
  ['agency', (place) => pages.agencyPage(place, 'u', 't', { demo: true, told: 'agency' })],
  ['leaving', (place) => pages.leavingPage(place, 'https://login.example/')],
  ['memberships', (place) => pages.membershipsPage(place, 'u', 't', [])],
  ['code of a device', (place) => pages.deviceCodePage(place, FORM, { told: 'wrongCode' })],
  ['device', (place) => pages.deviceConfirmPage(place, { ...FORM, code: '1', tool: 'x' })],
  ['sign out', (place) => pages.signOutPage(place, FORM)],
  ['passkey, used', (place) => passkeyPage(place, 'u', 't', { kind: 'use', options: {} })],
  ['passkey, made', (place) => passkeyPage(place, 'u', 't', { kind: 'make', options: {} })],
  ...TOLD.map((told): (typeof PAGES)[number] => [told, (place) => pages.toldPage(place, told)]),
];

/** What a person reads, without what is no language: names of things, and the switch, where each is named in itself. */
const wordsOf = (page: string): string =>
  page
    .replace(/<nav[\s\S]*?<\/nav>|<(style|script)[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replace(/Entente|JavaScript|KR-FSC|JP-NPA|CN-CAMLMAC|\/oauth\/session\/end|https:\S+/g, ' ');

describe.each(Object.keys(LANGUAGES) as Language[])('in %s', (language) => {
  const shown = PAGES.map(([what, made]) => [what, made({ language, base: '' })] as const);

  test.each(shown)('%s is in that language', (_, page) => {
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).not.toMatch(/undefined|\[object/);
    if (language !== 'en') expect(wordsOf(page)).not.toMatch(/[A-Za-z]{3,}/);
  });

  test('every text is on a page', () => {
    const all = shown.map(([, page]) => page).join();
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll("'", '&#39;');
    expect(Object.values(TEXTS[language]).filter((text) => !all.includes(escaped(text)))).toEqual([]);
  });
});
