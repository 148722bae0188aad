import type { z } from 'zod';
import type { contentSchema } from '#findings';
import type { Random } from './random.js';

type Content = z.output<typeof contentSchema>;
type Claim = Content['claims'][number];
type Timespan = NonNullable<Content['happened']>;

/** What a document is written in beside English, and sentences to write it with. */
const LANGUAGES = [
  {
    language: 'ko',
    zone: 'Asia/Seoul',
    title: '거래소 해킹 사건',
    sentences: [
      '공격자는 채용 담당자로 위장한 전자우편을 직원들에게 보냈다.',
      '핫월렛의 개인 키가 유출된 것으로 보인다.',
      '도난 자금은 수십 개의 주소로 나뉘어 이동하였다.',
      '거래소는 입출금을 중단하고 수사기관에 신고하였다.',
      '피해 고객에 대한 보상 계획은 아직 확정되지 않았다.',
      '접속 기록에서 해외 경유지의 주소가 확인되었다.',
    ],
  },
  {
    language: 'ja',
    zone: 'Asia/Tokyo',
    title: '交換所からの流出事案',
    sentences: [
      '攻撃者は採用担当者を装ったメールを職員に送付した。',
      'ホットウォレットの秘密鍵が窃取されたとみられる。',
      '流出した資産は数十のアドレスに分散して移転された。',
      '交換所は入出金を停止し、警察に届け出た。',
      '被害を受けた顧客への補償方針は検討中である。',
      '通信記録から国外の中継地点が判明している。',
    ],
  },
  {
    language: 'zh-Hans',
    zone: 'Asia/Shanghai',
    title: '交易所被盗案件',
    sentences: [
      '攻击者冒充招聘人员向员工发送钓鱼邮件。',
      '热钱包私钥疑似被窃取。',
      '被盗资产被拆分转入数十个地址。',
      '交易所已暂停充值和提现并报案。',
      '受害客户的赔偿方案尚未确定。',
      '通信日志显示境外中转地址。',
    ],
  },
] as const;

const ENGLISH = [
  'The attackers posed as recruiters and sent mails with a document to several members of staff.',
  'The private key of the hot wallet appears to have been taken from the signing machine.',
  'The stolen funds moved through some dozens of addresses within the first hour.',
  'The exchange stopped deposits and withdrawals and reported to the police.',
  'Whether customers will be refunded had not been decided at the time of writing.',
  'The access log shows a relay abroad that was seen in an earlier incident.',
];

const ASSETS = [
  { asset: 'BTC', decimals: 8 },
  { asset: 'ETH', decimals: 18 },
  { asset: 'XEM', decimals: 6 },
  { asset: 'KRW', decimals: 0 },
  { asset: 'JPY', decimals: 0 },
  { asset: 'USD', decimals: 2 },
];

const two = (n: number): string => String(n).padStart(2, '0');

const day = (random: Random, zone: string): Timespan => ({
  from: `20${random.int(17, 25)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`,
  precision: 'day',
  zone,
});

const prose = (random: Random, sentences: readonly string[], count: number): string =>
  random.some(sentences, count).join(' ');

/** A document as the schema leaves it: about 2 kB, no two alike. */
export function content(random: Random, incident: string): Content {
  const local = random.pick(LANGUAGES);
  const happened = day(random, local.zone);
  const number = random.int(1, 99_999);
  return {
    kind: random.pick(['hack', 'phishing-attempt', 'laundering-flow']),
    marking: {
      tlp: random.pick(['TLP:GREEN', 'TLP:AMBER']),
      handling: ['H1', 'H2'],
      pap: 'PAP:AMBER',
      purposes: ['criminal-investigation'],
    },
    texts: [
      {
        language: local.language,
        origin: 'original',
        title: `${local.title} ${number}`,
        body: prose(random, local.sentences, random.int(1, 4)),
      },
      {
        language: 'en',
        origin: 'human-translation',
        title: `Theft from an exchange, case ${number}`,
        body: prose(random, ENGLISH, random.int(1, 4)),
      },
    ],
    happened,
    incidents: [incident],
    subjects: [
      {
        key: 'exchange',
        type: 'organization',
        role: 'victim',
        names: [{ value: `Exchange ${random.int(1, 400)}`, type: 'LEGL', language: 'en' }],
      },
      {
        key: 'group',
        type: 'group',
        role: 'suspect',
        names: [{ value: `Group ${random.int(1, 60)}`, type: 'ALIA' }],
      },
    ],
    claims: claims(random, happened),
    indicators: indicators(random),
    transfers: [],
    typologies: [],
    sources: [],
  };
}

function claims(random: Random, happened: Timespan): Claim[] {
  const grade = (): Claim['grade'] => ({
    source: random.pick(['A', 'B', 'C', 'D']),
    information: random.pick(['1', '2', '3', '4']),
  });
  const losses = Array.from({ length: random.int(1, 3) }, (): Claim => loss(random, grade()));
  return [
    { attribute: 'date', value: { time: happened }, grade: grade(), origin: { kind: 'own' } },
    ...losses,
    {
      subject: 'exchange',
      attribute: 'victims',
      value: { quantity: { unit: 'customers', low: random.int(1, 50_000) } },
      grade: grade(),
      origin: { kind: 'open-source', name: 'Press report of the following day' },
    },
    {
      subject: 'group',
      attribute: 'attribution',
      value: random.next() < 0.2 ? { unknown: true } : { term: 'The same group as in the year before' },
      grade: grade(),
      likelihood: random.pick(['likely', 'very likely', 'roughly even chance']),
      confidence: random.pick(['low', 'moderate', 'high']),
      origin: { kind: 'private-firm', name: `Analysis firm ${random.int(1, 30)}` },
    },
  ];
}

function loss(random: Random, grade: Claim['grade']): Claim {
  const asset = random.pick(ASSETS);
  const low = String(random.int(1, 999_999_999)) + '0'.repeat(Math.max(0, asset.decimals - 3));
  return {
    subject: 'exchange',
    attribute: 'loss',
    value: { amount: { ...asset, low, ...(random.next() < 0.7 && { high: low }) } },
    grade,
    origin: { kind: 'own' },
  };
}

function indicators(random: Random): Content['indicators'] {
  const wallet = (): Content['indicators'][number] => ({
    type: 'wallet',
    chain: 'ethereum',
    value: `0x${random.hex(40)}`,
    role: 'suspect',
    subject: 'group',
  });
  return [
    ...Array.from({ length: random.int(1, 3) }, wallet),
    { type: 'ip', value: `203.0.113.${random.int(1, 254)}`, role: 'third-party' },
    { type: 'domain', value: `jobs-${random.hex(8)}.example.com`, role: 'suspect' },
  ];
}
