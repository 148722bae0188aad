import type { DemoFinding, Source, Transfer } from '../finding.js';
import { translated, translatedByMachine, written } from '../texts.js';
import {
  at,
  atLeast,
  baseUnits,
  count,
  countFrom,
  day,
  grade,
  jpy,
  minute,
  month,
  OWN,
  press,
  term,
  TOKYO,
  UNKNOWN,
  xem,
} from '../values.js';
import { coincheck } from './coincheck-2018.js';

/** Both addresses were printed in the press in January 2018 (the two sources below), and their checksums hold. */
const EXCHANGE = 'NC3BI3DNMR2PGEOOMP2NKXQGSAKMS7GYRKVA5CSZ';
const RECEIVER = 'NC4C6PSUW5CLTDT5SXAGJDQJGZNESKFK5MCN77OG';

const itmedia: Source = {
  title: 'コインチェックから盗まれた「580億円分のNEM」今どこに？ ブロックチェーンで“一目瞭然”',
  publisher: 'ITmedia NEWS',
  url: 'http://www.itmedia.co.jp/news/articles/1801/29/news079.html',
  published: day('2018-01-29', TOKYO),
};
const businessInsider: Source = {
  title: 'Flow of the stolen XEM, as read from the blockchain by engineers',
  publisher: 'Business Insider Japan',
  url: 'https://www.businessinsider.jp/post-161283',
  published: month('2018-01', TOKYO),
};

type Time = NonNullable<Transfer['time']>;

const stolen = (amount: string, time: Time): Transfer => ({
  chain: 'nem',
  sender: EXCHANGE,
  receiver: RECEIVER,
  asset: 'XEM',
  decimals: 6,
  amount: baseUnits(amount, 6),
  time,
});

/** The sources give no minute for each of the six: they fell into these eight. */
const EIGHT_MINUTES = minute('2018-01-26T00:02', TOKYO, '2018-01-26T00:10');

export const mpdCoincheck: DemoFinding = {
  name: 'mpd-coincheck',
  agency: 'JP-MPD',
  sheet: { caseNumber: 'DEMO-MPD-2018-0009', legalBasis: 'Demonstration: criminal investigation' },
  revisions: [
    {
      kind: 'hack',
      marking: { tlp: 'TLP:AMBER+STRICT', pap: 'PAP:RED', purposes: ['criminal-investigation'] },
      happened: minute('2018-01-26T00:02', TOKYO, '2018-01-26T08:26'),
      incidents: ['coincheck-2018'],
      texts: [
        written(
          'ja',
          'コインチェック事件：ブロックチェーン上の11回の送信、合計526,300,010 XEM',
          '1月26日0時2分に10 XEMの試験送信があり、続く8分間に6回（1億XEMが5回、2000万XEMが1回）、その後さらに4回（3時35分、4時33分、8時26分を含む）の送信が記録されている。合計は526,300,010 XEMで、顧客分として公表された5億2300万XEMを上回る。',
          '送信元と送信先のアドレスは報道で公表されたものである。攻撃者および侵入の方法は判明していない。',
        ),
        translated(
          'en',
          'The Coincheck case: eleven transfers on the blockchain, 526,300,010 XEM in all',
          "On 26 January a test transfer of 10 XEM at 00:02 was followed by six within eight minutes (five of 100 million XEM, one of 20 million), and by four more, at 03:35, 04:33 and 08:26 among them. They add up to 526,300,010 XEM, more than the 523 million published as the customers' holding.",
          'The addresses of sender and receiver are those published in the press. Who did it, and how they got in, is not known.',
        ),
      ],
      subjects: [coincheck],
      claims: [
        {
          attribute: 'began',
          value: at(minute('2018-01-26T00:02', TOKYO)),
          grade: grade('A', '1'),
          confidence: 'high',
          origin: OWN,
        },
        {
          attribute: 'ended',
          value: at(minute('2018-01-26T08:26', TOKYO)),
          grade: grade('A', '1'),
          confidence: 'high',
          origin: OWN,
        },
        {
          attribute: 'loss',
          subject: 'coincheck',
          value: xem('526300010'),
          grade: grade('A', '1'),
          confidence: 'high',
          origin: OWN,
          note: 'Sum of the eleven transfers.',
        },
        { attribute: 'attribution', value: UNKNOWN, origin: OWN },
        { attribute: 'method', value: UNKNOWN, origin: OWN },
      ],
      indicators: [
        {
          type: 'wallet',
          chain: 'nem',
          value: RECEIVER,
          role: 'suspect',
          firstSeen: minute('2018-01-26T00:02', TOKYO),
        },
        { type: 'wallet', chain: 'nem', value: EXCHANGE, role: 'victim', subject: 'coincheck' },
      ],
      transfers: [
        stolen('10', minute('2018-01-26T00:02', TOKYO)),
        ...Array.from({ length: 5 }, () => stolen('100000000', EIGHT_MINUTES)),
        stolen('20000000', EIGHT_MINUTES),
        stolen('3000000', day('2018-01-26', TOKYO)),
        stolen('1500000', minute('2018-01-26T03:35', TOKYO)),
        stolen('1000000', minute('2018-01-26T04:33', TOKYO)),
        stolen('800000', minute('2018-01-26T08:26', TOKYO)),
      ],
      sources: [itmedia, businessInsider],
    },
  ],
};

/** Superseded by the next. */
export const jnpaFlow: DemoFinding = {
  name: 'jnpa-flow',
  agency: 'JP-NPA',
  sheet: { caseNumber: 'DEMO-JAFIC-2018-0302' },
  revisions: [
    {
      kind: 'laundering-flow',
      marking: { tlp: 'TLP:AMBER', purposes: ['aml-supervision', 'criminal-investigation'] },
      happened: month('2018-01', TOKYO, '2018-03'),
      incidents: ['coincheck-2018'],
      texts: [
        written(
          'ja',
          '流出XEMの資金洗浄：3月までに約2億XEM（約4割）が交換された',
          '流出したXEMは100 XEM単位などで6つの交換業者に送られ、またダークウェブ上の販売サイトで割安にビットコインやライトコインと交換された。3月までに約2億XEM（約40%）が洗浄されたとみられる。',
          '資金は13,000を超えるアカウントに分散した。NEM財団は流出したXEMを受け取ったアドレスに印を付けた。',
          '攻撃者をロシア拠点とする報道があるが、裏付けはない。',
        ),
        translated(
          'en',
          'Laundering of the stolen XEM: about 200 million (40 %) exchanged by March',
          'The stolen XEM went to six exchanges in batches of 100 XEM and the like, and were swapped at a discount for bitcoin and litecoin on a site on the dark web. By March about 200 million XEM (40 %) seem to have been laundered.',
          'The funds were spread over more than 13,000 accounts. The NEM Foundation tagged addresses that received stolen XEM.',
          'There are reports that the attackers are based in Russia; nothing supports them.',
        ),
        translatedByMachine(
          'zh-Hans',
          '被盗XEM的洗钱：截至3月约2亿XEM（约四成）已被兑换',
          '被盗的XEM以每笔100 XEM等方式流向六家交易平台，并在暗网的兑换网站上折价换成比特币和莱特币。截至3月，约2亿XEM（约40%）已被清洗。',
          '资金分散到13,000多个账户。NEM基金会对收到被盗XEM的地址作了标记。',
          '有报道称攻击者位于俄罗斯，但尚无佐证。',
        ),
      ],
      subjects: [coincheck],
      claims: [
        {
          attribute: 'laundered',
          value: xem('200000000'),
          grade: grade('B', '3'),
          confidence: 'moderate',
          origin: OWN,
          note: 'About, by March 2018.',
        },
        {
          attribute: 'laundered-share',
          value: count('percent', 40),
          grade: grade('B', '3'),
          confidence: 'moderate',
          origin: OWN,
        },
        { attribute: 'accounts', value: countFrom('accounts', 13_000), grade: grade('B', '3'), origin: OWN },
        {
          attribute: 'method',
          value: term('swap at a discount on the dark web'),
          grade: grade('B', '2'),
          origin: OWN,
        },
        {
          attribute: 'attribution',
          value: term('Russia-based attackers'),
          grade: grade('D', '4'),
          likelihood: 'unlikely',
          origin: press('A press report'),
        },
      ],
      indicators: [
        {
          type: 'wallet',
          chain: 'nem',
          value: RECEIVER,
          role: 'suspect',
          firstSeen: minute('2018-01-26T00:02', TOKYO),
        },
      ],
      typologies: ['structuring', 'dark-web-swap', 'chain-hop', 'dispersal-over-many-accounts'],
      sources: [businessInsider],
    },
  ],
};

/** Everything in it is public, so it also goes to the Chinese ministry, with which only public leads are shared. */
export const jnpaArrests: DemoFinding = {
  name: 'jnpa-arrests',
  agency: 'JP-NPA',
  sheet: { caseNumber: 'DEMO-JAFIC-2021-0115' },
  revisions: [
    {
      kind: 'laundering-flow',
      marking: { tlp: 'TLP:GREEN', purposes: ['criminal-investigation', 'aml-supervision'] },
      happened: month('2018-01', TOKYO, '2021-01'),
      incidents: ['coincheck-2018'],
      texts: [
        written(
          'ja',
          '流出XEMの交換：2020年3月に2人を逮捕、2021年1月までに約30人を立件',
          '2020年3月11日、流出したXEMと知りながら交換した疑いで2人が逮捕された。2021年1月までに約30人が立件され、交換された額は100億円を超える。',
          '流出そのものの攻撃者は判明していない。2018年3月の報告に代わるものである。',
        ),
        translated(
          'en',
          'Exchange of the stolen XEM: two arrests in March 2020, about 30 charged by January 2021',
          'On 11 March 2020 two persons were arrested on suspicion of exchanging XEM that they knew to be stolen. By January 2021 about 30 had been charged; what they exchanged is worth more than JPY 10 bn.',
          'Who stole the XEM in the first place is not known. This takes the place of the report of March 2018.',
        ),
      ],
      subjects: [coincheck],
      claims: [
        { attribute: 'arrested', value: count('persons', 2), grade: grade('A', '1'), origin: OWN },
        { attribute: 'arrest', value: at(day('2020-03-11', TOKYO)), grade: grade('A', '1'), origin: OWN },
        {
          attribute: 'charged',
          value: count('persons', 30),
          grade: grade('A', '2'),
          origin: OWN,
          note: 'About.',
        },
        { attribute: 'laundered', value: atLeast(jpy('10000000000')), grade: grade('A', '2'), origin: OWN },
        {
          attribute: 'attribution',
          value: term('Russia-based attackers'),
          grade: grade('D', '4'),
          likelihood: 'unlikely',
          origin: press('A press report'),
        },
      ],
      indicators: [{ type: 'wallet', chain: 'nem', value: RECEIVER, role: 'suspect' }],
      typologies: ['dark-web-swap', 'dispersal-over-many-accounts'],
      sources: [{ title: 'Press reports on the arrests and charges', published: month('2021-01', TOKYO) }],
    },
  ],
};
