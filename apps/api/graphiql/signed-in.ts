/// <reference lib="dom" />
import type { Task } from './queries.js';

/** What the three scripts before this one leave in the window. */
declare const React: { createElement(type: unknown, props: object): unknown };
declare const ReactDOM: { createRoot(element: Element): { render(node: unknown): void } };
declare const GraphiQL: unknown;

/**
 * The console's script: GraphiQL as whoever signs in. graphiql.ts serves the text of this function: it may use nothing
 * from outside itself but types and the globals of the browser.
 *
 * Authorization code with PKCE (RFC 7636), and every token bound to a key that the browser makes and does not give out
 * (RFC 9449). Key and tokens are this page's alone: a reload gets others, without asking anybody while the session runs.
 */
export async function signedIn(clientId: string, tasks: Task[]): Promise<void> {
  const main = document.querySelector('main');
  const who = document.querySelector('output');
  if (!main || !who) return;

  const base64url = (bytes: ArrayBuffer | Uint8Array) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
  const hashOf = async (text: string) =>
    base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

  const here = `${location.origin}${location.pathname}`;
  const issuer = new URL('oauth', here).href;

  const leave = async () => {
    const kept = { verifier: random(), state: random() };
    sessionStorage.setItem('entente.sign-in', JSON.stringify(kept));
    const asked = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: here,
      state: kept.state,
      code_challenge: await hashOf(kept.verifier),
      code_challenge_method: 'S256',
    });
    location.replace(`${issuer}/auth?${asked}`);
  };

  const answer = new URLSearchParams(location.search);
  const kept = JSON.parse(sessionStorage.getItem('entente.sign-in') ?? '{}') as {
    verifier?: string;
    state?: string;
  };
  sessionStorage.removeItem('entente.sign-in');
  history.replaceState(null, '', here);
  if (answer.has('error')) {
    who.textContent = 'Nobody is signed in.';
    return;
  }
  const code = answer.get('code');
  if (code === null || kept.verifier === undefined || answer.get('state') !== kept.state) return leave();

  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const key = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key.publicKey);
  const nonces = new Map<string, string>();
  const proofFor = async (url: string, token?: string) => {
    const part = (value: object) => base64url(new TextEncoder().encode(JSON.stringify(value)));
    const nonce = nonces.get(url);
    const claims = {
      jti: random(),
      htm: 'POST',
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      ...(nonce !== undefined && { nonce }),
      ...(token !== undefined && { ath: await hashOf(token) }),
    };
    const text = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${part(claims)}`;
    const signature = await crypto.subtle.sign(algorithm, key.privateKey, new TextEncoder().encode(text));
    return `${text}.${base64url(signature)}`;
  };

  /** With a proof, and once more if the service wants one with its nonce. */
  const send = async (url: string, headers: Record<string, string>, body: string, token?: string) => {
    for (let more = 1; ; more--) {
      const dpop = await proofFor(url, token);
      const response = await fetch(url, { method: 'POST', headers: { ...headers, dpop }, body });
      const nonce = response.headers.get('dpop-nonce');
      const isNew = nonce !== null && nonces.get(url) !== nonce;
      if (nonce !== null) nonces.set(url, nonce);
      if (more === 0 || !isNew || (response.status !== 400 && response.status !== 401)) return response;
    }
  };

  let tokens = { access: '', refresh: '', until: 0 };
  const ask = async (parameters: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: clientId, ...parameters });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await send(`${issuer}/token`, form, String(body));
    if (!response.ok) return false;
    const told = (await response.json()) as {
      access_token: string;
      refresh_token?: string;
      expires_in: number;
    };
    tokens = {
      access: told.access_token,
      refresh: told.refresh_token ?? tokens.refresh,
      until: Date.now() + (told.expires_in - 30) * 1000,
    };
    return true;
  };

  const fetcher = async (request: object): Promise<unknown> => {
    if (
      Date.now() > tokens.until &&
      !(await ask({ grant_type: 'refresh_token', refresh_token: tokens.refresh }))
    )
      return leave();
    const headers = {
      accept: 'application/graphql-response+json',
      'content-type': 'application/json',
      authorization: `DPoP ${tokens.access}`,
    };
    const url = new URL('graphql', here).href;
    const response = await send(url, headers, JSON.stringify(request), tokens.access);
    return response.json();
  };

  const exchanged = await ask({
    grant_type: 'authorization_code',
    code,
    redirect_uri: here,
    code_verifier: kept.verifier,
  });
  if (!exchanged) return leave();
  const me = (await fetcher({ query: '{ viewer { name roles agency { code } } }' })) as {
    data?: { viewer: { name: string; roles: string[]; agency: { code: string } } };
  };
  const viewer = me.data?.viewer;
  who.textContent = viewer ? `${viewer.name}, ${viewer.agency.code}: ${viewer.roles.join(', ')}` : '';

  ReactDOM.createRoot(main).render(
    React.createElement(GraphiQL, {
      fetcher,
      storage: null,
      defaultQuery: '',
      defaultEditorToolsVisibility: 'variables',
      isHeadersEditorEnabled: false,
      showPersistHeadersSettings: false,
      defaultTabs: tasks
        .filter(({ agency }) => agency === viewer?.agency.code)
        .map(({ title, query, variables }) => ({
          query: `${title.replace(/^/gm, '# ')}\n${query}`,
          variables: variables && JSON.stringify(variables, null, 2),
        })),
    }),
  );
}
