import type { content } from './documents.js';
import type { Random } from './random.js';

type Content = ReturnType<typeof content>;

/** Words of one language, the most frequent first, and what stands between two of them. */
interface Vocabulary {
  words: readonly string[];
  between: string;
}

const WORDS = 3_000;

const KO =
  '가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치키티피히';
const HAN =
  '一丁七万三上下不中主久之九了予事二五井亡交京人今仕代令以仲件任企休会伝似位低住体何作使例供依便係信修個借値停健側備傷働像元先光免入全公共兵具内再写冬冷出分切列初判利到制券前割力功加助労動';
const LATIN = [
  'ba',
  'cor',
  'del',
  'fen',
  'gar',
  'hol',
  'jin',
  'kem',
  'lor',
  'mas',
  'nev',
  'pol',
  'rin',
  'sal',
  'tev',
  'vor',
];

/** Words of the field come first, made-up ones after them. */
const FIRST = {
  ko: ['세탁', '거래', '자금세탁방지', '암호화폐', '거래소', '피싱', '믹서', '지갑'],
  ja: ['通貨', '流出', '仮想通貨', '交換業者', '秘密鍵', '洗浄'],
  'zh-Hans': ['混币', '混币器', '钓鱼', '洗钱', '交易所', '跨链'],
  en: ['spear', 'phishing', 'mixer', 'wallet', 'bridge', 'laundering', 'tether'],
} as const;

type Language = keyof typeof FIRST;

function vocabulary(random: Random, language: Language): Vocabulary {
  const [letters, between] = {
    ko: [[...KO], ' '] as const,
    ja: [[...HAN], 'の'] as const,
    'zh-Hans': [[...HAN], ''] as const,
    en: [LATIN, ' '] as const,
  }[language];
  const words = new Set<string>(FIRST[language]);
  while (words.size < WORDS)
    words.add(Array.from({ length: random.int(2, 4) }, () => random.pick(letters)).join(''));
  return { words: [...words], between };
}

/** The text of the bench: words of four languages, each as frequent as its place in the list. */
export class Speech {
  private readonly vocabularies: Record<Language, Vocabulary>;

  constructor(random: Random) {
    this.vocabularies = {
      ko: vocabulary(random, 'ko'),
      ja: vocabulary(random, 'ja'),
      'zh-Hans': vocabulary(random, 'zh-Hans'),
      en: vocabulary(random, 'en'),
    };
  }

  /** The nth word has one nth of the first one's chance. */
  word(random: Random, language: Language): string {
    const { words } = this.vocabularies[language];
    return words[Math.floor(WORDS ** random.next()) - 1] ?? '';
  }

  /** A document with words put into each of its texts. */
  put(written: Content, random: Random): Content {
    return {
      ...written,
      texts: written.texts.map((text) => ({
        ...text,
        body: `${this.sentence(random, text.language)} ${text.body}`,
      })),
    };
  }

  /** What an analyst would ask: a word, two, a phrase, a beginning, or one without another. */
  query(random: Random): string {
    const language = random.pick(LANGUAGES);
    const one = this.word(random, language);
    const other = this.word(random, language);
    const { between } = this.vocabularies[language];
    return random.pick([
      one,
      one,
      one,
      `${one} ${other}`,
      `"${one}${between}${other}"`,
      `${one} -${other}`,
      `${one.slice(0, 2)}*`,
    ]);
  }

  /** A word of two characters. */
  short(random: Random): string {
    const language = random.pick(LANGUAGES.slice(0, 3));
    for (;;) {
      const word = this.word(random, language);
      if ([...word].length === 2) return word;
    }
  }

  private sentence(random: Random, language: string): string {
    const spoken = LANGUAGES.find((one) => one === language) ?? 'en';
    const words = Array.from({ length: random.int(6, 16) }, () => this.word(random, spoken));
    return words.join(this.vocabularies[spoken].between);
  }
}

const LANGUAGES: readonly Language[] = ['ko', 'ja', 'zh-Hans', 'en'];
