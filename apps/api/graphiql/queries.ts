export interface Member {
  /** The agency's code, such as KR-FSC. */
  agency: string;
  /** In small letters: analyst. */
  role: string;
}

/** One tab. GraphiQL names it by its operation: role, underscore, task. The title becomes a comment above it. */
export interface Task extends Member {
  title: string;
  query: string;
  variables?: Record<string, unknown>;
}

const document = {
  format: 'entente.finding/1',
  kind: 'PHISHING_ATTEMPT',
  texts: [
    {
      language: 'en',
      origin: 'ORIGINAL',
      title: 'Demonstration: job applications with malware sent to an exchange',
      body: 'Made from press reports; not a statement of the named agency.',
    },
  ],
};

export const queries: Task[] = [
  {
    title: 'Who am I here, and what may I do?',
    agency: 'KR-FSC',
    role: 'analyst',
    query: `query Analyst_WhoAmI {
  viewer {
    agency { code names { language name } }
    roles
  }
}`,
  },
  {
    title: 'The newest findings: released to us, and our own.',
    agency: 'JP-NPA',
    role: 'analyst',
    query: `query Analyst_Findings {
  findings(first: 10) {
    nodes {
      id
      state
      kind
      author { code }
      revision { document { texts { language title } } }
    }
    pageInfo { endCursor hasNextPage }
  }
}`,
  },
  {
    title: 'Where agencies disagree:\nthe rival claims of an incident, side by side.',
    agency: 'CN-CAMLMAC',
    role: 'analyst',
    query: `query Analyst_Disputed {
  incidents(first: 10) {
    nodes {
      id
      claims {
        subject
        attribute
        disputed
        rivals { value source { reliability credibility } likelihood author { code } }
      }
    }
  }
}`,
  },
  {
    title: 'Is this document sound, and who could get it?\nNothing is written.',
    agency: 'KR-FSC',
    role: 'contributor',
    query: `query Contributor_Check($document: FindingDocumentInput!) {
  validateFinding(document: $document) {
    problems { path message }
    releasableTo { code }
  }
}`,
    variables: { document },
  },
  {
    title: 'Draft a finding. Run it twice:\nthe same idempotency key gives the same draft.',
    agency: 'KR-FSC',
    role: 'contributor',
    query: `mutation Contributor_Draft($input: DraftFindingInput!) {
  draftFinding(input: $input) { id state revision { id } }
}`,
    variables: { input: { idempotencyKey: 'graphiql-draft-1', document } },
  },
  {
    title: 'Release it to two partners:\nput the id that the draft gave into the variables.',
    agency: 'KR-FSC',
    role: 'releaser',
    query: `mutation Releaser_Release($input: ReleaseFindingInput!) {
  releaseFinding(input: $input) { id state releases { agency { code } } }
}`,
    variables: {
      input: { idempotencyKey: 'graphiql-release-1', finding: '', recipients: ['JP-NPA', 'US-TREASURY'] },
    },
  },
];
