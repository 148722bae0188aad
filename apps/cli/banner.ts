import type { DemoMember } from '#identity';
import { agencies } from './demo/agencies.js';

const QUERY =
  '{ findings(first: 3) { nodes { state author { code } revision { document { texts { language title } } } } } }';

const IN_REVIEW = '{ findings(filter: { states: [IN_REVIEW] }) { nodes { sheets { revisionId } } } }';
const RELEASE =
  'mutation { releaseFinding(input: { idempotencyKey: "first", revisionId: "REVISION", ' +
  `recipients: [{ agencyId: "${agencies['JP-FSA'].id}" }] }) { finding { state } } }`;

/** What the demo prints when it is ready: where it is, how to sign as whom, and a request to paste. */
export function banner(url: string, members: readonly DemoMember[]): string {
  const roles = Map.groupBy(members, ({ agency }) => agency);
  const rows = [...roles].map(
    ([agency, of]) => `  ${agency.padEnd(11)} ${[...new Set(of.map(({ role }) => role))].join(', ')}`,
  );
  return `
Entente runs at ${url}
  GraphQL   ${url}/graphql
  Sign in   ${url}/console    (choose a member with a click; then GraphiQL as that member)
  GraphiQL  ${url}/graphiql   (a tab for each role, signed in by itself)

Every request is signed with a token of a demo member, good for five minutes:
  npx entente token KR-FSC analyst
The members are, by agency and role:
${rows.join('\n')}

A request to paste into another terminal, in this folder:
  npx entente ask JP-NPA analyst '${QUERY}'
or with curl:
  curl -s ${url}/graphql -H "authorization: Bearer $(npx entente token JP-NPA analyst)" \\
    -H 'content-type: application/json' -d '{"query":"${QUERY}"}'

What reaches the system of JP-FSA is said here, a line for each event. A release arrives within a second:
  npx entente ask KR-FSC releaser '${IN_REVIEW}'
  npx entente ask KR-FSC releaser '${RELEASE}'

The command line signs in by your browser, too:
  npx entente login
  npx entente ask '{ viewer { name roles } }'
  npx entente logout

Ctrl-C stops everything; what you did is kept for the next start.
`;
}
