import type { Content } from './finding.js';

type Text = Content['texts'][number];
export type Language = keyof typeof FACE;

/** The last line of every text: what it is, and what it is not. */
export const FACE = {
  ko: '이 글은 언론 보도를 바탕으로 만든 시연용 자료이며, 명의로 표시된 기관의 발표나 입장이 아닙니다.',
  ja: 'この文書は報道をもとに作成したデモ用の資料であり、名義の機関による発表や見解ではありません。',
  'zh-Hans': '本文系根据新闻报道编写的演示材料，并非所署机构的声明或立场。',
  en: 'This is a demonstration made from press reports, not a statement of the named agency.',
};

const text =
  (origin: Text['origin']) =>
  (language: Language, title: string, ...paragraphs: string[]): Text => ({
    language,
    origin,
    title,
    body: [...paragraphs, FACE[language]].join('\n\n'),
  });

/** As its author wrote it. */
export const written = text('original');
export const translated = text('human-translation');
export const translatedByMachine = text('machine-translation');
