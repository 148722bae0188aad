import type { z } from 'zod';
import type { contentSchema } from '#findings';
import type { AgencyCode } from './agencies.js';

/** What an author writes, before it is checked. */
export type Content = z.input<typeof contentSchema>;
export type Claim = NonNullable<Content['claims']>[number];
export type ClaimValue = Claim['value'];
export type Origin = Claim['origin'];
export type Subject = NonNullable<Content['subjects']>[number];
export type Source = NonNullable<Content['sources']>[number];
export type Transfer = NonNullable<Content['transfers']>[number];

/** Names of incidents stand in the documents until the service has given them ids. */
type IncidentName =
  | 'thefts-2013'
  | 'yapizon-2017'
  | 'bithumb-2017'
  | 'phishing-2017'
  | 'coinis-2017'
  | 'youbit-2017'
  | 'coincheck-2018'
  | 'bithumb-2018';

/** A finding of the demo: what its author would have posted. */
export interface DemoFinding {
  /** Unique in the demo. */
  name: string;
  agency: AgencyCode;
  /** The incident of which it is the first to tell: the service makes it with the draft. */
  opens?: IncidentName;
  sheet: { caseNumber: string; trueSource?: string; legalBasis?: string };
  /** One document a revision, naming incidents and revisions by `IncidentName` and `revisionOf`. */
  revisions: [Content, ...Content[]];
}

/** How a document names a revision of another finding until the service has given it an id. */
export const revisionOf = ({ name }: DemoFinding, number: number): string => `${name}/${number}`;

/** Ids for names. @throws Error for a name that has none yet */
export interface Names {
  incident(name: string): string;
  revision(name: string): string;
}

/** A document with ids in the place of names. */
export function withIds(content: Content, names: Names): Content {
  const { incidents = [], claims = [] } = content;
  return {
    ...content,
    incidents: incidents.map((name) => names.incident(name)),
    claims: claims.map((claim) => claimWithIds(claim, names)),
  };
}

function claimWithIds({ incident, origin, ...claim }: Claim, names: Names): Claim {
  const { revisionId, ...rest } = origin;
  return {
    ...claim,
    ...(incident !== undefined && { incident: names.incident(incident) }),
    origin: { ...rest, ...(revisionId !== undefined && { revisionId: names.revision(revisionId) }) },
  };
}
