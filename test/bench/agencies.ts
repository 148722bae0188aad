import { DEMO_ISSUER } from '#identity';

/** The twelve agencies of the bench; any may release anything to any other. */
export const CODES = [
  'KR-FSC',
  'KR-KNPA',
  'KR-NIS',
  'JP-FSA',
  'JP-NPA',
  'JP-TMP',
  'CN-CAMLMAC',
  'CN-MPS',
  'CN-PBOC',
  'US-TFI',
  'US-FBI',
  'US-FINCEN',
] as const;

const ROLES = ['ANALYST', 'CONTRIBUTOR', 'RELEASER'] as const;

const uuid = (area: number, n: number): string =>
  `00000000-0000-4000-8${String(area).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

export const ARRANGEMENT = uuid(3, 1);
export const agencyId = (agency: number): string => uuid(1, agency);
export const memberId = (agency: number, role: (typeof ROLES)[number]): string =>
  uuid(2, agency * ROLES.length + ROLES.indexOf(role));

export const roster = {
  issuer: DEMO_ISSUER,
  agencies: CODES.map((code, agency) => ({
    id: agencyId(agency),
    code,
    jurisdiction: code.slice(0, 2),
    names: { en: `Agency ${code}` },
    cap: { highestMarking: 'TLP:AMBER', widest: CODES.length },
    members: ROLES.map((role) => ({
      id: memberId(agency, role),
      name: `${code} ${role}`,
      subject: `${code}/${role}`,
      roles: [role],
    })),
  })),
  arrangements: [
    {
      id: ARRANGEMENT,
      title: 'All with all',
      parties: [...CODES],
      purposes: ['criminal-investigation'],
      kinds: ['hack', 'phishing-attempt', 'laundering-flow'],
      highestMarking: 'TLP:AMBER',
      validFrom: '2018-01-01T00:00:00Z',
    },
  ],
};
