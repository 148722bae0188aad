import { expect, test } from '@jest/globals';
import { contentSchema } from '#findings';
import { revisionOf, withIds, type Content } from './finding.js';
import { story } from './story.js';
import { FACE, type Language } from './texts.js';

const findings = [...new Set(story.map(({ finding }) => finding))];
const documents = findings.flatMap((finding) =>
  finding.revisions.map((content, at): [string, Content] => [revisionOf(finding, at + 1), content]),
);

/** Some id for each name: here nothing is looked up. */
const ANY = '7b1f8f6e-54b7-4c43-9a55-4c5f1f0b6d11';
const incidentIds = new Map<string, string>();
const anyIds = {
  incident: (name: string) => {
    const known = incidentIds.get(name) ?? crypto.randomUUID();
    incidentIds.set(name, known);
    return known;
  },
  revision: () => ANY,
};

test('names no finding twice, and no case number', () => {
  expect(new Set(findings.map(({ name }) => name)).size).toBe(findings.length);
  expect(new Set(findings.map(({ sheet }) => sheet.caseNumber)).size).toBe(findings.length);
  expect(findings.length).toBeGreaterThanOrEqual(16);
});

test.each(documents)('%s is a document', (_, content) => {
  expect(contentSchema.safeParse(withIds(content, anyIds)).error?.issues ?? []).toEqual([]);
});

test.each(documents)('%s says in every language what it is, and in English too', (_, { texts }) => {
  expect(texts.map(({ language }) => language)).toContain('en');
  for (const { language, body } of texts) expect(body.split('\n').at(-1)).toBe(FACE[language as Language]);
});

test('the original is in the language of its author', () => {
  const languages = { KR: 'ko', JP: 'ja', CN: 'zh-Hans', US: 'en' };
  for (const { agency, revisions } of findings) {
    const spoken = languages[agency.slice(0, 2) as keyof typeof languages];
    for (const { texts } of revisions) {
      expect(texts.filter(({ origin }) => origin === 'original').map(({ language }) => language)).toEqual([
        spoken,
      ]);
    }
  }
});

/** RFC 5737, RFC 2606: values that belong to nobody. The rest was printed in the press, and stands in its file's sources. */
const NOBODYS = [/^203\.0\.113\.\d+$/, /@example\.(com|net|org)$/];
const PRINTED = [
  'NC3BI3DNMR2PGEOOMP2NKXQGSAKMS7GYRKVA5CSZ',
  'NC4C6PSUW5CLTDT5SXAGJDQJGZNESKFK5MCN77OG',
  'yobit.net',
];

test.each(documents)(
  '%s accuses no address that was not published',
  (_, { indicators = [], transfers = [] }) => {
    const values = [
      ...indicators.map(({ value }) => value),
      ...transfers.flatMap(({ sender, receiver }) => [sender, receiver]),
    ];
    const others = values.filter(
      (value) => !PRINTED.includes(value) && !NOBODYS.some((form) => form.test(value)),
    );
    expect(others).toEqual([]);
  },
);

test('the transfers of the Coincheck theft add up to what is claimed', () => {
  const content = documents.find(([name]) => name === 'mpd-coincheck/1')?.[1];
  const sum = content?.transfers?.reduce((total, { amount }) => total + BigInt(amount), 0n);
  const claimed = content?.claims?.find(({ attribute }) => attribute === 'loss')?.value.amount?.low;
  expect(String(sum)).toBe(claimed);
  expect(sum).toBe(526_300_010_000_000n);
});
