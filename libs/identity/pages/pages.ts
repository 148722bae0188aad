import type { Membership } from '../sessions.js';
import { markup, page, type Markup } from './page.js';
import { TEXTS, type Language, type Texts, type Told } from './texts.js';

/** Where a page is shown, and in which language. */
export interface Place {
  language: Language;
  base: string;
}

interface Form {
  action: string;
  /** Against requests that another site makes the browser send. */
  token: string;
  /** For a script. */
  data?: Markup;
}

export const form = ({ action, token, data }: Form, content: Markup): Markup =>
  markup`<form method="post" action="${action}" ${data ?? ''}>
    <input type="hidden" name="token" value="${token}">
    ${content}
  </form>`;

export function agencyPage(
  { language, base }: Place,
  uid: string,
  token: string,
  { demo, told }: { demo: boolean; told?: Told },
): string {
  const texts = TEXTS[language];
  const action = `${base}/sign-in/${uid}/provider`;
  const byCode = markup`<label for="agency">${texts.agencyCode}</label>
    <input
      id="agency"
      type="text"
      name="agency"
      required
      maxlength="40"
      autocomplete="organization"
      autocapitalize="characters"
    >
    <button>${texts.goOn}</button>`;
  const invited = markup`<label for="invitation">${texts.invitationCode}</label>
    <input id="invitation" type="text" name="invitation" required maxlength="100" autocomplete="off">
    <button>${texts.goOn}</button>
    ${demo ? markup`<button name="demo" value="1">${texts.demo}</button>` : ''}`;
  const byPasskey = markup`<button>${texts.withPasskey}</button>
    <button name="adds" value="1">${texts.addPasskey}</button>`;
  const toDemo = markup`<button name="demo" value="1">${texts.demo}</button>`;
  const body = markup`${told ? markup`<p role="alert">${texts[told]}</p>` : ''}
    ${demo ? form({ action, token }, toDemo) : ''}
    <p>${texts.whichAgency}</p>
    ${form({ action, token }, byCode)}
    <p>${texts.orPasskey}</p>
    ${form({ action: `${base}/sign-in/${uid}/passkey`, token }, byPasskey)}
    <p>${texts.haveInvitation}</p>
    ${form({ action, token }, invited)}`;
  return page({ language, base, title: 'signIn', body, languages: told === undefined });
}

/** A form may lead to this site alone, and providers are elsewhere: the browser goes there from a page. */
export function leavingPage({ language, base }: Place, address: string): string {
  const { leaving, goOn } = TEXTS[language];
  const body = markup`<p>${leaving} ${new URL(address).origin}</p>
    <p><a href="${address}">${goOn}</a></p>`;
  return page({ language, base, title: 'signIn', body, goesTo: address, languages: false });
}

export function membershipsPage(
  { language, base }: Place,
  uid: string,
  token: string,
  memberships: Membership[],
): string {
  const action = `${base}/sign-in/${uid}/membership`;
  const buttons = memberships.map(
    ({ memberId, agency, roles }) =>
      markup`<button name="membership" value="${memberId}">${agency}: ${roles.join(', ')}</button>`,
  );
  const body = markup`<p>${TEXTS[language].asWhom}</p>
    <div class="list">${form({ action, token }, markup`${buttons}`)}</div>`;
  return page({ language, base, title: 'signIn', body });
}

export const toldPage = ({ language, base }: Place, told: Told | 'toolDone' | 'signedOut'): string =>
  page({
    language,
    base,
    title: titleOf(told),
    body: markup`<p role="alert">${TEXTS[language][told]}</p>`,
    languages: false,
  });

const titleOf = (told: string): keyof Texts =>
  told === 'signedOut' ? 'signOut' : ['toolDone', 'wrongCode'].includes(told) ? 'tool' : 'signIn';

/** The library's own form has script and English in it: of it its address and its secret are taken. */
interface DeviceForm {
  action: string;
  xsrf: string;
}

export function deviceCodePage(
  { language, base }: Place,
  { action, xsrf }: DeviceForm,
  { code, told }: { code?: string | undefined; told?: Told | undefined },
): string {
  const texts = TEXTS[language];
  const body = markup`<p>${texts.typeCode}</p>
    ${told ? markup`<p role="alert">${texts[told]}</p>` : ''}
    <form method="post" action="${action}">
      <input type="hidden" name="xsrf" value="${xsrf}">
      <label for="code">${texts.code}</label>
      <input
        id="code"
        class="code"
        type="text"
        name="user_code"
        value="${code ?? ''}"
        required
        maxlength="20"
        autocomplete="off"
        autocapitalize="characters"
      >
      <button>${texts.goOn}</button>
    </form>`;
  return page({ language, base, title: 'tool', body, languages: told === undefined });
}

export function deviceConfirmPage(
  { language, base }: Place,
  { action, xsrf, code, tool }: DeviceForm & { code: string; tool: string },
): string {
  const texts = TEXTS[language];
  const body = markup`<p>${tool}</p>
    <p class="code">${code}</p>
    <p>${texts.sameCode}</p>
    <form method="post" action="${action}">
      <input type="hidden" name="xsrf" value="${xsrf}">
      <input type="hidden" name="user_code" value="${code}">
      <button name="confirm" value="yes">${texts.allow}</button>
      <button name="abort" value="yes">${texts.stop}</button>
    </form>`;
  return page({ language, base, title: 'tool', body, languages: false });
}

export function signOutPage({ language, base }: Place, { action, xsrf }: DeviceForm): string {
  const { askSignOut, signOut } = TEXTS[language];
  const body = markup`<p>${askSignOut}</p>
    <form method="post" action="${action}">
      <input type="hidden" name="xsrf" value="${xsrf}">
      <button name="logout" value="yes">${signOut}</button>
    </form>`;
  return page({ language, base, title: 'signOut', body });
}
