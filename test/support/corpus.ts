/*
 * Short reports as the agencies of the four countries would write them, with the words of the field, and others that
 * look like them: 세탁기 beside 자금세탁, 混合 beside 混币, fishing beside phishing.
 */

interface Report {
  language: 'ko' | 'ja' | 'zh-Hans' | 'en';
  title: string;
  body: string;
}

const of = (language: Report['language'], reports: readonly (readonly [string, string])[]): Report[] =>
  reports.map(([title, body]) => ({ language, title, body }));

export const corpus: readonly Report[] = [
  ...of('ko', [
    [
      '자금세탁방지 의무 위반 점검 결과',
      '가상자산사업자 열두 곳의 고객확인 절차와 의심거래보고 체계를 점검하였다.',
    ],
    [
      '암호화폐 거래소 핫월렛 해킹',
      '공격자는 개인키를 탈취하여 이더리움 3만 4천 개를 외부 지갑으로 전송하였다.',
    ],
    ['암호화폐거래소 사칭 피싱 사이트', '거래소를 사칭한 누리집에서 회원의 일회용 비밀번호를 가로챘다.'],
    ['스피어피싱 메일을 통한 내부망 침입', '입사지원서로 위장한 한글 문서에 악성코드가 들어 있었다.'],
    ['믹싱 서비스를 거친 자금 세탁 경로', '도난된 비트코인이 믹서를 거쳐 여러 거래소로 흩어졌다.'],
    ['세탁기 판매 사기', '온라인 장터에서 세탁기를 판다고 속여 대금을 가상자산으로 받았다.'],
    ['북한 해커 조직의 거래소 공격', '라자루스로 알려진 조직의 공격 수법과 일치한다.'],
    ['보이스피싱 수거책의 코인 환전', '피해금을 테더로 바꾸어 해외 지갑으로 보냈다.'],
    ['트래블룰 이행 현황', '100만 원 이상 이전에 송신인과 수취인 정보를 제공한다.'],
    ['이용자 예치금 분리 보관 점검', '콜드월렛 보관 비율이 기준에 미치지 못하였다.'],
    ['넴(NEM) 유출 자금의 국내 유입', '코인체크에서 유출된 XEM 일부가 국내 거래소 계정에 입금되었다.'],
    ['랜섬웨어 몸값 지급 추적', '병원이 지급한 비트코인이 다크웹 시장의 주소로 이동하였다.'],
    ['공격 대상 거래소에 대한 주의보', '이력서와 송장을 가장한 이메일 첨부 파일을 열지 않도록 안내한다.'],
  ]),
  ...of('ja', [
    [
      '仮想通貨流出事案に関する第一報',
      '交換業者のホットウォレットから約580億円相当のNEMが外部に送信された。',
    ],
    [
      '暗号資産交換業者への業務改善命令',
      '顧客資産の分別管理とマネー・ローンダリング対策に不備が認められた。',
    ],
    ['フィッシングメールによる不正ログイン', '職員を装ったメールの添付ファイルからマルウェアに感染した。'],
    ['ダークウェブ上での仮想通貨の交換', '流出したNEMが割安な相場でビットコインに交換された。'],
    ['資金洗浄の疑いのある取引の届出', '複数の口座を経由して暗号資産が国外へ移転された。'],
    ['通貨偽造に関する照会', '紙幣の偽造であり、暗号資産とは関係がない。'],
    ['コインチェック事件の続報', '警視庁は交換に応じた者を犯罪収益の収受の疑いで検挙した。'],
    ['トラベルルールの国際的な実施状況', '金融活動作業部会の勧告16に基づく通知義務を整理した。'],
    ['ミキサー利用の分析手法', '匿名化サービスを経由した送金の追跡には限界がある。'],
    ['漁協の口座を使った詐欺', 'フィッシング（釣り）用品の販売を装った。'],
    ['秘密鍵の管理に関する注意喚起', 'マルチシグの導入とコールドウォレットでの保管を求める。'],
    ['ﾎｯﾄｳｫﾚｯﾄ監視の強化', '異常な出金を検知した場合は直ちに停止する。'],
  ]),
  ...of('zh-Hans', [
    ['被盗资金经混币器转移的路径', '赃款分散进入数百个地址，随后通过混币器和跨链桥转出。'],
    ['虚拟货币交易所被盗案', '攻击者利用钓鱼邮件获取员工权限，盗走热钱包中的以太坊。'],
    ['反洗钱可疑交易报告分析', '多个账户在短时间内大量买入泰达币，具有洗钱特征。'],
    ['混合型基金投资风险提示', '与虚拟货币无关的一般性提示。'],
    ['地下钱庄利用虚拟货币跨境转移资金', '通过场外交易商将人民币兑换为泰达币。'],
    ['钓鱼网站仿冒交易所登录页面', '受害人的助记词被窃取，钱包余额被清空。'],
    ['电信诈骗赃款追踪', '跑分平台把赃款拆分后买入比特币。'],
    ['币安链上的可疑合约', '合约所有者可以随时冻结转账。'],
    ['冷钱包私钥泄露事件', '内部人员复制了私钥备份。'],
    ['跨链桥攻击事件通报', '攻击者伪造签名，从跨链桥提取了大量资产。'],
    ['交易所高管被捕', '警方以非法吸收公众存款罪立案。'],
  ]),
  ...of('en', [
    [
      'Spear phishing against exchange employees',
      'The mails carried a resume with a macro that fetched a loader.',
    ],
    [
      'Phishing kit that imitates a wallet',
      'The kit asks for the seed phrase and drains the wallet within minutes.',
    ],
    [
      'Illegal fishing fleet paid in stablecoins',
      'The spear of the inquiry is customs fraud; no exchange was attacked.',
    ],
    [
      'Peel chain out of the hot wallet',
      'Each hop peels a small amount into a deposit address at an exchange.',
    ],
    [
      'Mixer sanctioned for laundering stolen virtual currency',
      'The mixer processed proceeds of several heists.',
    ],
    ['Private key compromise at a custodian', 'The private part of a signing key was on a build server.'],
    ['Key findings of the private sector report', 'Nothing in it names a wallet.'],
    ['Cross-chain bridge exploited', 'Forged validator signatures released 120,000 ether.'],
    ['Ransomware payment traced to a nested service', 'The over-the-counter desk had no customer records.'],
    [
      'Anti-money laundering guidance for virtual asset service providers',
      'Travel rule data must reach the beneficiary.',
    ],
    ['Lazarus Group: indicators of compromise', 'AppleJeus installers posed as trading applications.'],
    [
      'Tether frozen at the request of two agencies',
      'USDT worth 1.2 million was frozen 40 minutes after the alert.',
    ],
    ['Coincheck: arrests for buying stolen NEM', 'About thirty people exchanged stolen XEM at a discount.'],
    [
      'Money mules recruited through job offers',
      'Applicants were asked to open accounts and pass on the keys.',
    ],
  ]),
];

/** What an analyst would type, by the language of the words. */
export const asked: Record<'Korean' | 'Japanese' | 'Chinese' | 'English' | 'mixed', readonly string[]> = {
  Korean: [
    ...[
      '자금세탁방지',
      '자금세탁',
      '세탁',
      '암호화폐 거래소',
      '암호화폐거래소',
      '거래소',
      '"거래소 공격"',
      '스피어피싱',
    ],
    ...[
      '피싱',
      '해킹',
      '핫월렛',
      '콜드월렛',
      '믹서',
      '악성코드',
      '이메일 첨부',
      '개인키',
      '유출',
      '코인체크',
      '북한',
      '빗썸',
    ],
    ...['유빗', '야피존', '한국', '거래소 -피싱', '트래블룰', '몸값', '넴', '개인정보 유출'],
  ],
  Japanese: [
    ...[
      '仮想通貨流出',
      '仮想通貨',
      '通貨',
      '暗号資産',
      '資金洗浄',
      'コインチェック',
      'フィッシング',
      'ﾌｨｯｼﾝｸﾞ',
      'ホットウォレット',
    ],
    ...[
      '秘密鍵',
      '不正',
      '流出 NEM',
      '交換業者',
      '"暗号資産交換業者"',
      'マルウェア',
      '検挙',
      'ダークウェブ',
      '通貨 -仮想',
    ],
  ],
  Chinese: [
    ...[
      '混币器',
      '混币',
      '混',
      '交易所',
      '虚拟货币',
      '洗钱',
      '反洗钱',
      '钓鱼',
      '钓鱼邮件',
      '热钱包',
      '跨链桥',
      '泰达币',
      '私钥',
    ],
    ...['被盗资金', '赃款', '币', '钓鱼 -网站'],
  ],
  English: [
    ...[
      'spear phishing',
      '"spear phishing"',
      'phishing',
      'fishing',
      'hot wallet',
      '"hot wallet"',
      'private key',
      '"private key"',
    ],
    ...[
      'exchange',
      'exchang*',
      'launder*',
      'mixer',
      'lazarus',
      'coincheck',
      'bithumb',
      'youbit',
      'stolen nem',
      'cross-chain',
    ],
    ...['usdt', 'anti-money laundering', 'wallet -phishing', 'malware', 'sanction*', '"real name"'],
  ],
  mixed: [
    'NEM 流出',
    'XEM 거래소',
    'Coincheck 交換',
    '빗썸 malware',
    'NEM 580억',
    '混币器 bridge',
    'AppleJeus',
    '3만',
    '2018',
  ],
};
