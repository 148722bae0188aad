import { DemoIssuer } from '#identity';
import { CODES, memberId } from './agencies.js';
import type { Call } from './drive.js';
import { cursorAt, type BenchPage } from './pages.js';
import { DOCUMENT, written } from './selection.js';
import type { BenchServer } from './server.js';

/* The list page as an agency's client asks for it. */

const QUERY = `query Page($after: String) {
  findings(first: 20, after: $after) {
    nodes { id state revision { document { ${written(DOCUMENT)} } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const apiEnvironment = (
  server: BenchServer,
  settings: Record<string, string>,
): Record<string, string> => ({
  NODE_ENV: 'production',
  DATABASE_URL: server.appUrl,
  ENTENTE_DEMO: '1',
  ENTENTE_DEMO_DIRECTORY: server.demoDirectory,
  PORT: '0',
  LOG_LEVEL: 'error',
  ...settings,
});

/** A signed token for an analyst of each agency. */
export class Tokens {
  private tokens: string[] = [];

  private constructor(private readonly issuer: DemoIssuer) {}

  static async open(directory: string): Promise<Tokens> {
    return new Tokens(await DemoIssuer.open(directory));
  }

  /** They live five minutes: new ones before every window. */
  async renew(): Promise<void> {
    this.tokens = await Promise.all(
      [...CODES.keys()].map((agency) => this.issuer.mint(memberId(agency, 'ANALYST'))),
    );
  }

  of(agency: number): string {
    return this.tokens[agency] ?? '';
  }
}

/** @param authorization the header: scheme and token */
export const pageCall = ({ after }: BenchPage, authorization: string): Call => ({
  path: '/graphql',
  headers: { 'content-type': 'application/json', authorization },
  body: JSON.stringify({ query: QUERY, variables: { after: cursorAt(after) } }),
});

export const ourCall = (page: BenchPage, tokens: Tokens): Call =>
  pageCall(page, `Bearer ${tokens.of(page.agency)}`);
