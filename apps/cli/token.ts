import { join } from 'node:path';
import type { CliConfig } from '#core';
import { DemoIssuer } from '#identity';
import { demoFolder } from './checkout.js';
import { ententeDirectory } from './embedded-postgres/index.js';

/** The folder of the demo that the settings or this checkout have. @throws Error outside demo mode */
export async function demoIssuer(settings: CliConfig): Promise<DemoIssuer> {
  if (settings.databaseUrl !== undefined && !settings.demo) {
    throw new Error('DATABASE_URL is set and ENTENTE_DEMO is not: outside the demo nobody mints tokens.');
  }
  return DemoIssuer.open(
    settings.demoDirectory ?? join(await demoFolder(await ententeDirectory(settings)), 'demo'),
  );
}

/** An access token of a demo member, good for five minutes. */
export async function demoToken(settings: CliConfig, agency: string, role: string): Promise<string> {
  const issuer = await demoIssuer(settings);
  const memberId = issuer.memberId(agency.toUpperCase(), role.toLowerCase());
  if (memberId === undefined) {
    const there = issuer.members
      .filter((member) => member.agency === agency.toUpperCase())
      .map((member) => member.role);
    const known = there.length > 0 ? there : [...new Set(issuer.members.map((member) => member.agency))];
    throw new Error(`The demo has no ${agency} ${role}. It has: ${known.join(', ')}.`);
  }
  return issuer.mint(memberId);
}
