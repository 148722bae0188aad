/** What a member may do inside its agency. */
export const ROLES = [
  'ANALYST',
  'CONTRIBUTOR',
  'RELEASER',
  'LIAISON',
  'AGENCY_ADMIN',
  'AUDITOR',
  'OPERATOR',
] as const;

export type Role = (typeof ROLES)[number];

/** The roles that see content. The others administer or audit, and by virtue of that role read none. */
export const CONTENT_ROLES = [
  'ANALYST',
  'CONTRIBUTOR',
  'RELEASER',
  'LIAISON',
] as const satisfies readonly Role[];
