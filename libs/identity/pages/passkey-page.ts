import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { markup, page, PAGE_HEADERS } from './page.js';
import { form, type Place } from './pages.js';
import { TEXTS } from './texts.js';

/** Asks the browser for a passkey, when the form is sent, and sends its answer. The library is under the same name. */
const OURS = `
const form = document.querySelector('form[data-kind]');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { startAuthentication, startRegistration } = SimpleWebAuthnBrowser;
  const start = form.dataset.kind === 'make' ? startRegistration : startAuthentication;
  try {
    form.elements.answer.value = JSON.stringify(await start({ optionsJSON: JSON.parse(form.dataset.options) }));
    form.submit();
  } catch {
    document.querySelector('[data-failed]').hidden = false;
  }
});
`;
const require = createRequire(import.meta.url);
const library = dirname(require.resolve('@simplewebauthn/browser'));
const bundle = readFileSync(join(library, '..', 'dist', 'bundle', 'index.umd.min.js'), 'utf8');

export const PASSKEY_SCRIPT = `${bundle}\n${OURS}`;
/** Names its content, so that a browser may keep it for ever. */
export const PASSKEY_SCRIPT_NAME = `${createHash('sha256').update(PASSKEY_SCRIPT).digest('hex').slice(0, 16)}.js`;

/** The only pages with a script: ours, and it speaks with no one. */
export const PASSKEY_HEADERS = {
  ...PAGE_HEADERS,
  'content-security-policy': `${PAGE_HEADERS['content-security-policy']}; script-src 'self'`,
};

/**
 * @param ceremony what the browser is to do, as the library's browser side takes it
 */
export function passkeyPage(
  { language, base }: Place,
  uid: string,
  token: string,
  { kind, options }: { kind: 'use' | 'make'; options: object },
): string {
  const texts = TEXTS[language];
  const naming = markup`<label for="name">${texts.passkeyName}</label>
    <input id="name" type="text" name="name" required maxlength="100" autocomplete="off">`;
  const body = markup`<p>${kind === 'make' ? texts.makesPasskey : texts.usesPasskey}</p>
    <p role="alert" data-failed hidden>${texts.noPasskey}</p>
    <noscript><p role="alert">${texts.needsScript}</p></noscript>
    ${form(
      {
        action: `${base}/sign-in/${uid}/passkey/${kind}`,
        token,
        data: markup`data-kind="${kind}" data-options="${JSON.stringify(options)}"`,
      },
      markup`<input type="hidden" name="answer" value="">
        ${kind === 'make' ? naming : ''}
        <button>${texts.goOn}</button>`,
    )}
    <script src="${base}/sign-in/${PASSKEY_SCRIPT_NAME}"></script>`;
  return page({ language, base, title: 'signIn', body, languages: false });
}
