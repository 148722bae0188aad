import type { Roster } from '#access';

/** One agency of the demo, without its people. */
type DemoAgency = Pick<Roster['agencies'][number], 'id' | 'jurisdiction' | 'names' | 'cap'>;

/**
 * The agencies of the demo by code. They bear the names of real ones, as the press reports do that the demo is made
 * from; nothing here was said by them. Ids are fixed, so that what a reader copied still works after a new start.
 */
export const agencies = {
  'KR-FSC': {
    id: '50b0ba65-ca1f-4b4f-a355-a920e3d98f2c',
    jurisdiction: 'KR',
    names: {
      ko: '금융위원회',
      ja: '韓国金融委員会',
      'zh-Hans': '韩国金融委员会',
      en: 'Financial Services Commission (Korea)',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'KR-KOFIU': {
    id: '426705c4-6777-4065-8146-fe1f9b52775d',
    jurisdiction: 'KR',
    names: {
      ko: '금융정보분석원',
      ja: '韓国金融情報分析院',
      'zh-Hans': '韩国金融情报分析院',
      en: 'Korea Financial Intelligence Unit',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'KR-KNPA': {
    id: 'a772bc24-6435-45ce-99d2-5532dc0e1f2b',
    jurisdiction: 'KR',
    names: {
      ko: '경찰청',
      ja: '韓国警察庁',
      'zh-Hans': '韩国警察厅',
      en: 'Korean National Police Agency',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 12 },
  },
  'KR-KISA': {
    id: '0ff4be09-1795-4cb3-91b1-bc759c05f83a',
    jurisdiction: 'KR',
    names: {
      ko: '한국인터넷진흥원',
      ja: '韓国インターネット振興院',
      'zh-Hans': '韩国互联网振兴院',
      en: 'Korea Internet & Security Agency',
    },
    cap: { highestMarking: 'TLP:GREEN', widest: 6 },
  },
  'KR-NIS': {
    id: '428e71cb-65a9-4823-8148-13770d77a469',
    jurisdiction: 'KR',
    names: {
      ko: '국가정보원',
      ja: '韓国国家情報院',
      'zh-Hans': '韩国国家情报院',
      en: 'National Intelligence Service (Korea)',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 6 },
  },
  'JP-FSA': {
    id: '156e1321-a9e6-4526-b5db-4c816a264ccd',
    jurisdiction: 'JP',
    names: {
      ko: '일본 금융청',
      ja: '金融庁',
      'zh-Hans': '日本金融厅',
      en: 'Financial Services Agency (Japan)',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'JP-NPA': {
    id: '8d6f3ce6-22b5-466f-a91d-4810d53c69c6',
    jurisdiction: 'JP',
    names: {
      ko: '일본 경찰청(JAFIC)',
      ja: '警察庁（JAFIC）',
      'zh-Hans': '日本警察厅（JAFIC）',
      en: 'National Police Agency (Japan), JAFIC',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 12 },
  },
  'JP-MPD': {
    id: 'bf7f609c-a270-4dea-b2aa-2f1ea757b246',
    jurisdiction: 'JP',
    names: {
      ko: '일본 경시청',
      ja: '警視庁',
      'zh-Hans': '日本东京警视厅',
      en: 'Tokyo Metropolitan Police Department',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'CN-CAMLMAC': {
    id: 'b6597e44-e9d3-40d2-9f00-b287792e5ef9',
    jurisdiction: 'CN',
    names: {
      ko: '중국 자금세탁방지모니터링분석센터',
      ja: '中国反マネーロンダリング監視分析センター',
      'zh-Hans': '中国反洗钱监测分析中心',
      en: 'China Anti-Money Laundering Monitoring and Analysis Center',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'CN-MPS': {
    id: '3a9dc2e5-a4dd-435a-b58e-f7b0aca1d035',
    jurisdiction: 'CN',
    names: {
      ko: '중국 공안부',
      ja: '中国公安部',
      'zh-Hans': '公安部',
      en: 'Ministry of Public Security (China)',
    },
    cap: { highestMarking: 'TLP:AMBER', widest: 4 },
  },
  'US-TFI': {
    id: '850d9418-977c-4442-a284-aa1b48854a7e',
    jurisdiction: 'US',
    names: {
      ko: '미국 재무부 테러·금융정보국',
      ja: '米国財務省テロ・金融情報局',
      'zh-Hans': '美国财政部恐怖主义和金融情报办公室',
      en: 'Office of Terrorism and Financial Intelligence, US Treasury',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'US-FINCEN': {
    id: 'fe3346f6-9d82-4693-962d-7547d1d11c9b',
    jurisdiction: 'US',
    names: {
      ko: '미국 금융범죄단속네트워크',
      ja: '米国金融犯罪取締ネットワーク',
      'zh-Hans': '美国金融犯罪执法网络',
      en: 'Financial Crimes Enforcement Network',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'US-OFAC': {
    id: 'fe1dac2d-0665-4d18-af16-1d8553accb17',
    jurisdiction: 'US',
    names: {
      ko: '미국 해외자산통제국',
      ja: '米国外国資産管理局',
      'zh-Hans': '美国海外资产控制办公室',
      en: 'Office of Foreign Assets Control',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  'US-FBI': {
    id: 'cb5c8e4d-d1ba-4934-ba19-630d561b2768',
    jurisdiction: 'US',
    names: {
      ko: '미국 연방수사국',
      ja: '米国連邦捜査局',
      'zh-Hans': '美国联邦调查局',
      en: 'Federal Bureau of Investigation',
    },
    cap: { highestMarking: 'TLP:AMBER+STRICT', widest: 10 },
  },
  HUB: {
    id: 'f6385e23-1203-4d32-9c51-51d22f953acb',
    names: {
      ko: '앙탕트 허브',
      ja: 'アンタント・ハブ',
      'zh-Hans': 'Entente 枢纽',
      en: 'Entente hub',
    },
  },
} satisfies Record<string, DemoAgency>;

export type AgencyCode = keyof typeof agencies;
