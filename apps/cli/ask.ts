import type { CliConfig } from '#core';
import { announced, demoFolder } from './checkout.js';
import { ententeDirectory } from './embedded-postgres/index.js';
import { demoToken } from './token.js';

/** Where the service is: as the settings say, or this checkout's demo. @throws Error when there is none */
export async function serviceUrl(settings: CliConfig): Promise<string> {
  const url = settings.url ?? (await announced(await demoFolder(await ententeDirectory(settings))))?.url;
  if (url === undefined) throw new Error('No demo runs in this checkout: start it with `npm start`.');
  return url;
}

/**
 * Sends a query to the running demo as one of its members.
 * @returns the answer, as it came, indented
 */
export async function askDemo(
  settings: CliConfig,
  agency: string,
  role: string,
  query: string,
): Promise<string> {
  const url = await serviceUrl(settings);
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await demoToken(settings, agency, role)}`,
    },
    body: JSON.stringify({ query }),
  });
  return JSON.stringify(await response.json(), null, 2);
}
