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

/** Ids of the demo's roster: they are the same in every demo. */
const JP_FSA = '156e1321-a9e6-4526-b5db-4c816a264ccd';
const CN_CAMLMAC = 'b6597e44-e9d3-40d2-9f00-b287792e5ef9';

const PASTE = 'paste the revisionId here';
const PASTE_WEBHOOK = 'paste the id of the webhook here';

const document = {
  kind: 'phishing-attempt',
  marking: { tlp: 'TLP:AMBER', pap: 'PAP:AMBER', purposes: ['aml-supervision', 'victim-protection'] },
  happened: { from: '2018-03', precision: 'month', zone: 'Asia/Seoul' },
  texts: [
    {
      language: 'ko',
      origin: 'original',
      title: '입사 지원서를 가장한 악성코드 메일(시연)',
      body: '이 글은 시연용 자료이며, 명의로 표시된 기관의 발표나 입장이 아닙니다.',
    },
    {
      language: 'en',
      origin: 'human-translation',
      title: 'Job applications with malware sent to an exchange (demonstration)',
      body: 'This is a demonstration, not a statement of the named agency.',
    },
  ],
  claims: [
    {
      attribute: 'outcome',
      value: { term: 'failed-attempt' },
      grade: { source: 'B', information: '2' },
      confidence: 'moderate',
      origin: { kind: 'own' },
    },
    {
      attribute: 'loss',
      value: { amount: { asset: 'KRW', decimals: 0, low: '0', high: '0' } },
      origin: { kind: 'own' },
    },
  ],
  indicators: [{ type: 'ip', value: '203.0.113[.]80', role: 'suspect' }],
};

/** As it came in a mail: a list with a grouped address, an unclickable one, one on many chains, and one that is none. */
const PASTED = [
  'NC4C6P-SUW5CL-TDT5SX-AGJDQJ-GZNESK-FK5MCN-77OG, 203[.]0[.]113[.]17',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\nprosecution-notice[@]example[.]com',
  '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
];

const viewer = (role: string) => `query ${role}_WhoAmI {
  viewer {
    name
    roles
    agency { code jurisdiction names { language name } }
    cap { highestMarking widest }
  }
}`;

const VALUE = `value {
            amount { asset decimals low high }
            quantity { unit low high }
            time { from to precision zone }
            term
            unknown
          }`;

export const queries: Task[] = [
  {
    title: 'Who am I here, and what may I do?',
    agency: 'KR-FSC',
    role: 'analyst',
    query: viewer('Analyst'),
  },
  {
    title: 'The newest findings: those released to us, and our own.',
    agency: 'JP-NPA',
    role: 'analyst',
    query: `query Analyst_Newest {
  findings(first: 10) {
    total { count more }
    nodes {
      id
      state
      kind
      marking
      listedAt
      author { code }
      revision { document { texts { language origin title } } }
    }
    pageInfo { endCursor hasNextPage }
  }
}`,
  },
  {
    title:
      'What the agencies claim about an incident, side by side, and where they are rivals.\nThe first here is the theft from Coincheck.',
    agency: 'JP-FSA',
    role: 'analyst',
    query: `query Analyst_WhoSaysWhat {
  incidents(first: 1) {
    nodes {
      id
      findingCount
      claims {
        attribute
        subject { names { value language } }
        disputed
        claims {
          agency { code }
          claim {
            ${VALUE}
            grade { source information }
            likelihood
            confidence
            origin { kind name }
            note
          }
          rivals { agency { code } findingId }
        }
      }
    }
  }
}`,
  },
  {
    title: 'Find by words of the title, in any language, and by kind and time.',
    agency: 'CN-CAMLMAC',
    role: 'analyst',
    query: `query Analyst_ByWords($filter: FindingFilterInput!) {
  findings(first: 20, filter: $filter) {
    nodes {
      id
      state
      author { code jurisdiction }
      revision { document { kind texts { language title } happened { from to precision zone } } }
    }
  }
}`,
    variables: {
      filter: {
        words: 'xem',
        kinds: ['hack', 'laundering-flow'],
        happened: { from: '2018-01-01T00:00:00Z', until: '2019-01-01T00:00:00Z' },
      },
    },
  },
  {
    title:
      'Search everything you may see, in any language: all words, "an exact phrase", beginning*, -without.\nBEST puts the best match first; the snippets show where it matches.',
    agency: 'KR-KNPA',
    role: 'analyst',
    query: `query Analyst_Search($query: String!, $filter: FindingFilterInput) {
  search(query: $query, filter: $filter, order: BEST, first: 10) {
    nodes {
      finding { id kind author { code } revision { document { texts { language title } } } }
      snippets { field language segments { text match } }
    }
    suggestions
    facets {
      counted
      more
      kinds { value count }
      jurisdictions { value count }
      years { value count }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { query: '거래소 이메일 -일본' },
  },
  {
    title: 'Who holds something on this wallet? Any usual spelling of it will do.',
    agency: 'KR-KNPA',
    role: 'analyst',
    query: `query Analyst_ByIndicator($indicator: WantedIndicatorInput!) {
  findings(first: 20, filter: { indicator: $indicator }) {
    nodes {
      id
      state
      author { code }
      revision {
        document {
          texts { language title }
          indicators { type chain value key role }
          transfers { sender receiver asset decimals amount time { from to precision zone } }
        }
      }
    }
  }
}`,
    variables: {
      indicator: {
        type: 'wallet',
        chain: 'nem',
        value: 'nc4c6p-suw5cl-tdt5sx-agjdqj-gznesk-fk5mcn-77og',
      },
    },
  },
  {
    title:
      'What is known of these? Paste what you have: lists, other spellings and unclickable addresses will do.',
    agency: 'JP-NPA',
    role: 'analyst',
    query: `query Analyst_LookUp($values: [String!]!) {
  lookup(values: $values, first: 10) {
    count
    nodes {
      value
      reason
      candidates { type chain key }
      suspect
      matches { key roles listedAt finding { id author { code } } }
      lists { list kind version label service jurisdiction source owner { code } }
      moreMatches
    }
    pageInfo { endCursor hasNextPage }
  }
}`,
    variables: { values: PASTED },
  },
  {
    title: 'Where did the money come from, hop by hop? And where did it go: ask again with `direction: OUT`.',
    agency: 'JP-NPA',
    role: 'analyst',
    query: `query Analyst_Trace($from: TraceFromInput!, $direction: TraceDirection) {
  trace(from: $from, direction: $direction, hops: 5) {
    complete
    untimed
    nodes { key hop roles stops lists { list kind label } holdings { asset decimals received sent held { haircut fifo } } }
    edges {
      sender
      receiver
      asset
      decimals
      amount
      shares { haircut fifo }
      transfers { transaction amount from until sources { findingId } }
    }
    entries { says service { list version } }
    totals { asset decimals amount stolen atServices { haircut fifo } elsewhere { haircut fifo } }
  }
}`,
    variables: {
      from: { chain: 'nem', value: 'NC4C6P-SUW5CL-TDT5SX-AGJDQJ-GZNESK-FK5MCN-77OG' },
      direction: 'IN',
    },
  },
  {
    title:
      'What hangs together? Findings that share an indicator, an incident or a case, and what does not count.',
    agency: 'JP-NPA',
    role: 'analyst',
    query: `query Analyst_Related {
  findings(first: 3) {
    nodes {
      revision { document { texts { title } } }
      related {
        findings {
          strength
          indicators { key rolesHere rolesThere findings sanctions { list version } }
          incidents
          caseNumbers
          disputes { attribute here { ${VALUE} } there { ${VALUE} } }
          finding { id author { code } }
        }
        more
        suppressed { key ground lists { list version label owner { code } } }
      }
    }
  }
  referenceLists(first: 3) { nodes { name kind shared version versions(first: 2) { nodes { number source retrievedAt keys } } } }
}`,
  },
  {
    title: 'One finding of ours with its history: every revision, our own sheet, and who holds which.',
    agency: 'JP-FSA',
    role: 'analyst',
    query: `query Analyst_History {
  findings(first: 1, filter: { authors: ["${JP_FSA}"], words: "coincheck" }) {
    nodes {
      id
      state
      revisions { id hash document { texts { language title } } }
      sheets { number state caseNumber draftedBy submittedBy releasedBy releasedAt }
      releases { agency { code } revisionId marking handling pap purpose releasedAt until }
      supersededBy { id }
    }
  }
}`,
  },
  {
    title: 'What no longer stands: superseded by another, recalled, or run out.',
    agency: 'KR-KOFIU',
    role: 'analyst',
    query: `query Analyst_NoLonger($filter: FindingFilterInput!) {
  findings(filter: $filter) {
    nodes {
      id
      state
      author { code }
      revision { document { texts { language title } } }
      supersededBy { id revision { document { texts { language title } } } }
    }
  }
}`,
    variables: { filter: { states: ['SUPERSEDED', 'RECALLED', 'EXPIRED'] } },
  },
  {
    title: 'Is this document sound, and who could get it?\nNothing is written.',
    agency: 'KR-FSC',
    role: 'contributor',
    query: `query Contributor_Check($document: FindingContentInput!) {
  validateFinding(document: $document) {
    valid
    faults { path message }
    reach { agency { code } releasable ground until }
  }
}`,
    variables: { document },
  },
  {
    title:
      'Draft a finding about a new incident. Run it twice:\nthe same idempotency key gives the same draft.',
    agency: 'KR-FSC',
    role: 'contributor',
    query: `mutation Contributor_Draft($input: DraftFindingInput!) {
  draftFinding(input: $input) {
    finding {
      id
      state
      revision { id document { incidents indicators { value key } } }
      sheets { revisionId number state caseNumber draftedBy }
    }
  }
}`,
    variables: {
      input: {
        idempotencyKey: 'graphiql-draft-1',
        newIncident: true,
        document,
        sheet: { caseNumber: 'DEMO-GRAPHIQL-1', legalBasis: 'Demonstration' },
      },
    },
  },
  {
    title:
      'Send the draft to a second person:\nput the revisionId that Contributor_Draft gave into the variables.',
    agency: 'KR-FSC',
    role: 'contributor',
    query: `mutation Contributor_Submit($input: SubmitFindingInput!) {
  submitFinding(input: $input) {
    finding { id state sheets { revisionId number state submittedBy } }
  }
}`,
    variables: { input: { idempotencyKey: 'graphiql-submit-1', revisionId: PASTE } },
  },
  {
    title: 'What waits for me: the revisions in review, with the sheet that stays with our agency.',
    agency: 'KR-FSC',
    role: 'releaser',
    query: `query Releaser_InReview($filter: FindingFilterInput!) {
  viewer { cap { highestMarking widest } }
  findings(filter: $filter) {
    nodes {
      id
      sheets { revisionId number state caseNumber legalBasis draftedBy submittedBy }
      revision {
        document { marking { tlp handling pap purposes } texts { language title body } }
      }
    }
  }
}`,
    variables: { filter: { states: ['IN_REVIEW'] } },
  },
  {
    title: 'Release it to two partners:\nput a revisionId that Releaser_InReview gave into the variables.',
    agency: 'KR-FSC',
    role: 'releaser',
    query: `mutation Releaser_Release($input: ReleaseFindingInput!) {
  releaseFinding(input: $input) {
    finding {
      id
      state
      releases { agency { code } revisionId marking purpose conditions releasedAt until }
    }
  }
}`,
    variables: {
      input: {
        idempotencyKey: 'graphiql-release-1',
        revisionId: PASTE,
        recipients: [
          { agencyId: JP_FSA },
          { agencyId: CN_CAMLMAC, conditions: 'Demonstration: ask us before you contact the exchange.' },
        ],
      },
    },
  },
  {
    title: 'What came from abroad, on which terms we hold it, and with whom we share an arrangement.',
    agency: 'JP-NPA',
    role: 'liaison',
    query: `query Liaison_FromAbroad {
  findings(filter: { jurisdictions: ["KR", "CN", "US"] }) {
    nodes {
      author { code names { language name } }
      revision { document { texts { language title } } }
      releases { marking handling pap purpose conditions until }
    }
  }
  agencies(first: 100) { nodes { code jurisdiction } }
}`,
  },
  {
    title: 'What happened that concerns us, in order: all of it, if positions run from 1 to total.',
    agency: 'JP-NPA',
    role: 'analyst',
    query: `query Analyst_Feed {
  feed(first: 20) {
    total
    through
    endCursor
    events { position type recordedAt actor { code } withdrawn finding { id state } }
  }
}`,
  },
  {
    title: 'My agency and its partners. An administrator sees no finding: try it.',
    agency: 'US-TFI',
    role: 'agency-admin',
    query: `query Admin_Agencies {
  viewer { name roles agency { code } }
  agencies(first: 100) { nodes { id code jurisdiction names { language name } } }
}`,
  },
  {
    title:
      'Where our events go, how far they have come, and what they are signed with.\nThe demo delivers to this one: it shows in the terminal.',
    agency: 'JP-FSA',
    role: 'agency-admin',
    query: `query Admin_Webhooks {
  webhooks {
    nodes {
      id
      url
      description
      eventTypes
      payload
      state
      reason
      position
      waiting
      failingSince
      lastSuccessAt
      proofFault
      certificateSubject
      certificateEndsAt
    }
  }
  webhookDomains { nodes { id domain endedAt } }
  webhookKeys { publicKey endsAt }
}`,
  },
  {
    title:
      'Another secret for that webhook; the one before it signs for an hour more. It is told once: here.',
    agency: 'JP-FSA',
    role: 'agency-admin',
    query: `mutation Admin_WebhookSecret($input: MakeWebhookSecretInput!) {
  makeWebhookSecret(input: $input) { secret othersEndAt }
}`,
    variables: {
      input: { idempotencyKey: 'graphiql-secret-1', webhookId: PASTE_WEBHOOK, overlapHours: 1 },
    },
  },
  {
    title: 'Slower, please: one may say that. Another URL, and FULL in place of THIN, take a second person.',
    agency: 'JP-FSA',
    role: 'agency-admin',
    query: `mutation Admin_ChangeWebhook($input: ChangeWebhookInput!) {
  changeWebhook(input: $input) { subjectId pendingAct { id state } }
}`,
    variables: {
      input: { idempotencyKey: 'graphiql-change-1', webhookId: PASTE_WEBHOOK, inFlight: 2, perSecond: 10 },
    },
  },
  {
    title:
      'Its endpoint asks whoever calls it for a certificate: this one, which a second person approves. The key is sealed.',
    agency: 'JP-FSA',
    role: 'agency-admin',
    query: `mutation Admin_WebhookCertificate($input: SetWebhookCertificateInput!) {
  setWebhookCertificate(input: $input) { pendingAct { id act content hash state } }
}`,
    variables: {
      input: {
        idempotencyKey: 'graphiql-certificate-1',
        webhookId: PASTE_WEBHOOK,
        certificate: 'paste the certificate here',
        key: 'paste its key here',
      },
    },
  },
  {
    title: 'A further domain for our webhooks: it waits until a second administrator approves it.',
    agency: 'JP-FSA',
    role: 'agency-admin',
    query: `mutation Admin_WebhookDomain($input: RegisterWebhookDomainInput!) {
  registerWebhookDomain(input: $input) { pendingAct { id act content hash state } }
}`,
    variables: { input: { idempotencyKey: 'graphiql-domain-1', domain: 'cases.example' } },
  },
  {
    title: 'Who am I here? An auditor reads the ledger of its agency and no finding.',
    agency: 'US-TFI',
    role: 'auditor',
    query: viewer('Auditor'),
  },
  {
    title: 'Who am I here? An operator of the hub brings agencies in and reads no finding.',
    agency: 'HUB',
    role: 'operator',
    query: viewer('Operator'),
  },
];
