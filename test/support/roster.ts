/**
 * The agencies every spec has, seen from KR-FSC, the author: JP-NPA is covered by an arrangement for everything,
 * US-TFI too, CN-CAMLMAC too (specs release to them or not), KR-KNPA for policy notes alone, and XX-ALONE shares
 * nothing with the author. JP-NPA also shares an arrangement with XX-ALONE. Every agency has one member for each role;
 * HUB has operators alone.
 */
export const CODES = ['KR-FSC', 'JP-NPA', 'US-TFI', 'CN-CAMLMAC', 'KR-KNPA', 'XX-ALONE', 'HUB'] as const;
export type Code = (typeof CODES)[number];

export const MEMBER_ROLES = [
  'ANALYST',
  'CONTRIBUTOR',
  'RELEASER',
  'LIAISON',
  'AGENCY_ADMIN',
  'AUDITOR',
  'OPERATOR',
] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

const uuid = (area: number, n: number): string =>
  `00000000-0000-4000-8${String(area).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

export const agencyId = (code: Code): string => uuid(1, CODES.indexOf(code));
export const memberId = (code: Code, role: MemberRole): string =>
  uuid(2, CODES.indexOf(code) * 100 + MEMBER_ROLES.indexOf(role));
/** One more member, who drafts and releases: the same person may not do both to one finding. */
export const bothId = (code: Code): string => uuid(2, CODES.indexOf(code) * 100 + 50);
export const arrangementId = (n: number): string => uuid(3, n);

const ALL_KINDS = ['hack', 'phishing-attempt', 'laundering-flow', 'policy-note'];
const ALL_PURPOSES = [
  'criminal-investigation',
  'aml-supervision',
  'sanctions',
  'victim-protection',
  'policy',
];

const agency = (code: Code) => {
  const roles: readonly MemberRole[] = code === 'HUB' ? ['OPERATOR'] : MEMBER_ROLES;
  const members = roles.map((role) => ({
    id: memberId(code, role),
    name: `${code} ${role}`,
    subject: `${code}/${role}`,
    roles: [role],
  }));
  const both = {
    id: bothId(code),
    name: `${code} both`,
    subject: `${code}/both`,
    roles: ['CONTRIBUTOR', 'RELEASER'],
  };
  return {
    id: agencyId(code),
    code,
    ...(code !== 'HUB' && { jurisdiction: code.slice(0, 2) }),
    names: { en: `Agency ${code}`, ko: `기관 ${code}` },
    ...(code !== 'HUB' && { cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 3 } }),
    members: code === 'HUB' ? members : [...members, both],
  };
};

const arrangement = (n: number, parties: Code[], rules: object = {}) => ({
  id: arrangementId(n),
  title: `Arrangement ${n}`,
  parties,
  purposes: ALL_PURPOSES,
  kinds: ALL_KINDS,
  highestMarking: 'TLP:AMBER+STRICT',
  validFrom: '2018-01-01T00:00:00Z',
  ...rules,
});

export const roster = {
  issuer: 'urn:entente:demo',
  agencies: CODES.map(agency),
  arrangements: [
    arrangement(1, ['KR-FSC', 'JP-NPA', 'US-TFI', 'CN-CAMLMAC']),
    arrangement(2, ['KR-FSC', 'KR-KNPA'], { kinds: ['policy-note'], highestMarking: 'TLP:GREEN' }),
    arrangement(3, ['JP-NPA', 'XX-ALONE']),
    arrangement(4, ['KR-KNPA', 'US-TFI'], { pending: ['US-TFI'] }),
    arrangement(5, ['KR-KNPA', 'CN-CAMLMAC'], { validUntil: '2020-01-01T00:00:00Z' }),
  ],
};
