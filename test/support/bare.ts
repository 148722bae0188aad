import { memberId, type Code } from './roster.js';
import type { World } from './world.js';

/** All that an answer says, what is left of the budget too. */
export interface Told {
  status: number;
  retryAfter: string | null;
  data?: unknown;
  errors?: { message: string; extensions: { code: string; retryAfter?: number } }[];
  extensions?: { cost: { requested: number; remaining: number; budget: number; perSecond: number } };
}

/** Asks as an analyst of that agency, or as nobody. */
export async function askBare(
  world: World,
  agency: Code | null,
  query: string,
  { variables = {}, signal }: { variables?: object; signal?: AbortSignal } = {},
): Promise<Told> {
  const token = agency && (await world.issuer.mint(memberId(agency, 'ANALYST')));
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  });
  const told = (await response.json()) as Partial<Told>;
  return { ...told, status: response.status, retryAfter: response.headers.get('retry-after') };
}

export const codeOf = ({ errors }: Told): string | undefined => errors?.[0]?.extensions.code;
