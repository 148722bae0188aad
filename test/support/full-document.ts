import { createHash } from 'node:crypto';
import { document } from './findings.js';

const hex = (mark: string, digits: number): string =>
  `0x${createHash('sha256').update(mark).digest('hex').slice(0, digits)}`;

/** The wallet of the document that bears this mark. */
export const walletOf = (mark: string): string => hex(mark, 40);

const span = { from: '2018-01-26', precision: 'day', zone: 'Asia/Tokyo' };

interface Changes extends Record<string, unknown> {
  claims?: object[];
}

/**
 * A document with everything a document can hold. Its texts, names, values and addresses bear the mark, so that an
 * answer that shows any of them can be told.
 * @param mark lower case letters and digits
 * @param changes such as `incidents`; `claims` come beside those that are there
 */
export const fullDocument = (mark: string, { claims = [], ...changes }: Changes = {}) =>
  document({
    kind: 'laundering-flow',
    marking: {
      tlp: 'TLP:GREEN',
      handling: ['H3'],
      handlingText: `${mark} only`,
      purposes: ['sanctions', 'policy'],
    },
    texts: [
      { language: 'en', origin: 'original', title: `Title ${mark}`, body: `Body ${mark}.` },
      { language: 'ko', origin: 'human-translation', title: `제목 ${mark}`, body: `본문 ${mark}.` },
    ],
    happened: span,
    subjects: [
      {
        key: 'victim',
        type: 'service',
        role: 'victim',
        names: [{ value: `Exchange ${mark}` }, { value: `거래소 ${mark}`, type: 'TRAD', language: 'ko' }],
      },
    ],
    claims: [
      { attribute: 'method', value: { term: `method ${mark}` }, origin: { kind: 'own' } },
      {
        subject: 'victim',
        attribute: 'loss',
        value: { amount: { asset: 'ETH', decimals: 18, low: '1', high: '2' } },
        grade: { source: 'B', information: '2' },
        likelihood: 'likely',
        confidence: 'moderate',
        origin: { kind: 'private-firm', name: `Firm ${mark}` },
        note: `note ${mark}`,
      },
      ...claims,
    ],
    indicators: [
      { type: 'wallet', chain: 'ethereum', value: walletOf(mark), role: 'suspect', firstSeen: span },
      { type: 'domain', value: `${mark}.example.com`, role: 'service', subject: 'victim' },
    ],
    transfers: [
      {
        chain: 'ethereum',
        transaction: hex(mark, 64),
        sender: walletOf(mark),
        receiver: walletOf(`${mark} receiver`),
        asset: 'ETH',
        decimals: 18,
        amount: '1000000000000000001',
        time: span,
      },
    ],
    typologies: ['chain-hopping'],
    sources: [{ title: `Report ${mark}`, publisher: `Publisher ${mark}`, published: span }],
    ...changes,
  });
