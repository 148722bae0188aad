import { DEMO_ISSUER } from '#identity';
import type { Role, Roster } from '#access';
import { agencies, type AgencyCode } from './agencies.js';
import { arrangements } from './arrangements.js';
import { people, type DemoPerson } from './people.js';

const codes = Object.keys(agencies) as AgencyCode[];

const subjectOf = (code: AgencyCode, { role, subject }: DemoPerson): string =>
  subject ?? `${code}.${role}`.toLowerCase();

/** The demo's agencies, people and arrangements, as `enrol` takes them. */
export const roster: Roster = {
  issuer: DEMO_ISSUER,
  agencies: codes.map((code) => ({
    code,
    ...agencies[code],
    members: people[code].map((person) => ({
      id: person.id,
      name: person.name,
      subject: subjectOf(code, person),
      roles: [person.role],
    })),
  })),
  arrangements: arrangements.map(
    ({ pending = [], onwardUse = false, courtUse = false, onEnd = 'KEEP', ...rules }) => ({
      ...rules,
      pending,
      onwardUse,
      courtUse,
      onEnd,
    }),
  ),
};

/** The membership of the agency's first member with a role. @throws Error if it has none */
export function memberOf(code: AgencyCode, role: Role): string {
  const person = people[code].find((one) => one.role === role);
  if (!person) throw new Error(`The demo has no ${role} of ${code}.`);
  return person.id;
}
