import { enrol, rosterSchema } from '#access';
import { DemoIssuer, type DemoMember } from '#identity';
import { roster as written } from './demo/roster.js';

/**
 * Brings the demo's agencies, people and arrangements into the database, and lets the demo sign in as them. As the
 * schema's owner, in its own process; what is already there stays.
 */
export async function enrolDemo(ownerUrl: string, directory: string): Promise<void> {
  const roster = rosterSchema.parse(written);
  await enrol(ownerUrl, roster);
  const members = roster.agencies.flatMap(({ code, members: people }) =>
    people.flatMap(({ id, roles, subject }, at) =>
      roles.map((role): DemoMember => {
        const before = people.slice(0, at).filter((other) => other.roles.includes(role)).length;
        const called = spoken(role) + (before > 0 ? `-${before + 1}` : '');
        return { agency: code, role: called, memberId: id, subject };
      }),
    ),
  );
  await DemoIssuer.create(directory, members);
}

/** Who has a role that another of the agency has too is called by a number: agency-admin-2. */
const spoken = (role: string): string => role.toLowerCase().replaceAll('_', '-');
