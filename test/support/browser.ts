/** What a browser shows, or where it was to go next and did not. */
export interface Shown {
  status: number;
  url: URL;
  text: string;
  headers: Headers;
  /** Every `Set-Cookie` on the way here. */
  cookies: string[];
}

interface Cookie {
  name: string;
  value: string;
  path: string;
  host: string;
}

/** As little of a browser as signing in takes: cookies with their paths, redirects, refreshes, forms. */
export class Browser {
  private cookies: Cookie[] = [];

  /** @param stay at which address it does not go on */
  constructor(
    private readonly stay: (url: URL) => boolean = () => false,
    private readonly language = 'en',
  ) {}

  open(url: string | URL): Promise<Shown> {
    return this.go(new URL(url), { method: 'GET' });
  }

  /** Fills in and sends the form of a page that has this field, or this button. */
  async submit(
    page: Shown,
    field: string,
    value?: string,
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const form = [...page.text.matchAll(/<form [^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].find(
      ([, , inner = '']) => inner.includes(`name="${field}"`),
    );
    if (!form) throw new Error(`No form with ${field} at ${page.url.pathname}: ${page.text}`);
    const [, action = '', inner = ''] = form;
    const body = new URLSearchParams();
    for (const [, name = '', hidden = ''] of inner.matchAll(
      /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
    ))
      body.set(name, hidden);
    const first = new RegExp(`name="${field}"\\s+value="([^"]*)"`).exec(inner)?.[1];
    body.set(field, value ?? first ?? '');
    return this.post(new URL(action, page.url), body, headers);
  }

  post(url: string | URL, body: URLSearchParams, headers: Record<string, string> = {}): Promise<Shown> {
    return this.go(new URL(url), { method: 'POST', body, headers });
  }

  private async go(url: URL, init: RequestInit, seen: string[] = []): Promise<Shown> {
    if (this.stay(url)) return { status: 0, url, text: '', headers: new Headers(), cookies: seen };
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        'accept-language': this.language,
        'user-agent': 'A browser',
        cookie: this.cookiesFor(url),
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    const set = response.headers.getSetCookie();
    for (const cookie of set) this.remember(url, cookie);
    const text = await response.text();
    const cookies = [...seen, ...set];
    const to =
      response.headers.get('location') ??
      /<meta http-equiv="refresh" content="0; url=([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
    if (to) return this.go(new URL(to, url), { method: 'GET' }, cookies);
    return { status: response.status, url, text, headers: response.headers, cookies };
  }

  private cookiesFor(url: URL): string {
    return this.cookies
      .filter(
        ({ path, host }) =>
          host === url.host && `${url.pathname}/`.startsWith(path === '/' ? '/' : `${path}/`),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  private remember(url: URL, text: string): void {
    const [pair = '', ...rules] = text.split('; ');
    const [name = '', value = ''] = pair.split('=');
    const path = rules.find((rule) => rule.startsWith('path='))?.slice('path='.length) ?? '/';
    this.cookies = this.cookies.filter(
      (one) => one.name !== name || one.path !== path || one.host !== url.host,
    );
    const over = rules.some((rule) => /^expires=Thu, 01 Jan 1970/i.test(rule));
    if (!over) this.cookies.push({ name, value, path, host: url.host });
  }
}
