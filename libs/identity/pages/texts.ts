/** The languages of the pages, in the order in which their switch shows them. */
export const LANGUAGES = { ko: '한국어', ja: '日本語', zh: '中文', en: 'English' } as const;
export type Language = keyof typeof LANGUAGES;

const en = {
  signIn: 'Sign in to Entente',
  whichAgency: 'Your agency’s own provider signs you in.',
  agencyCode: 'Code of your agency, such as KR-FSC',
  haveInvitation: 'Your first time here? Type the code of your invitation.',
  invitationCode: 'Code of your invitation',
  goOn: 'Continue',
  demo: 'Choose a member of the demo',
  leaving: 'Your agency’s sign-in is at another address:',
  asWhom: 'As whom do you act?',
  tool: 'Let a tool sign in',
  typeCode: 'Type the code that the tool shows.',
  code: 'Code',
  sameCode:
    'Go on only if you started this tool yourself just now and it shows this very code. Whoever has the tool then acts in your name.',
  allow: 'Yes, sign it in',
  stop: 'No, stop',
  toolDone: 'The tool is signed in. You may close this page.',
  wrongCode: 'This code is not good: mistyped, used before, or too old. Start the tool’s sign-in again.',
  signOut: 'Sign out',
  askSignOut: 'End this session, and with it every tool that was signed in by it?',
  signedOut: 'You are signed out.',
  stopped: 'Signing in was stopped. Nobody is signed in.',
  over: 'This sign-in is over: it took too long, was finished, or was begun in another browser. Begin again where you came from.',
  agency: 'No sign-in is open for this code. Check it, or ask your agency’s administrator.',
  down: 'Your agency’s sign-in does not answer. Try again in some minutes; if it lasts, tell your agency’s administrator.',
  refused:
    'Your agency’s sign-in gave no answer that can be trusted. Begin again; if it lasts, tell your agency’s administrator.',
  weak: 'Your agency wants a stronger sign-in than the one its provider reports. Sign in there as your agency prescribes, such as with a second factor; if it lasts, tell your agency’s administrator.',
  busy: 'Too many sign-ins were begun from here. Wait a minute and try again.',
  nobody: 'You have no active membership here. Ask your agency’s administrator for an invitation.',
  invitation:
    'This invitation is not good: it was used or withdrawn, has run out, or is not for you. Ask who invited you.',
  orPasskey: 'Your agency has no provider, or you administer it? You have a passkey then.',
  withPasskey: 'Sign in with a passkey',
  addPasskey: 'Sign in, and add another passkey',
  usesPasskey: 'Your browser asks for your passkey now.',
  makesPasskey:
    'A passkey is made now, on this device or on a security key: with it you sign in from now on. There is no password.',
  passkeyName: 'What you call it, such as the device on which it is',
  noPasskey: 'The browser gave no passkey. Try again.',
  needsScript: 'This page needs JavaScript: without it a browser gives no passkey.',
  passkey:
    'This passkey is not accepted: it is not known here, was removed, or its answer cannot be trusted. Begin again; if it lasts, ask your agency’s administrator.',
  another:
    'This browser is signed in as somebody else, or its session is over. Sign out first, at /oauth/session/end.',
  failed: 'This could not be done. Begin again where you came from.',
};
export type Texts = typeof en;
/** What a page tells when it cannot go on. */
export type Told =
  | 'stopped'
  | 'over'
  | 'agency'
  | 'down'
  | 'refused'
  | 'weak'
  | 'busy'
  | 'nobody'
  | 'invitation'
  | 'passkey'
  | 'another'
  | 'failed'
  | 'wrongCode';

const ko: Texts = {
  signIn: 'Entente 로그인',
  whichAgency: '소속 기관의 인증 서비스로 로그인합니다.',
  agencyCode: '기관 코드(예: KR-FSC)',
  haveInvitation: '처음이십니까? 초대 코드를 입력하세요.',
  invitationCode: '초대 코드',
  goOn: '계속',
  demo: '데모 사용자 선택',
  leaving: '소속 기관의 로그인 페이지 주소:',
  asWhom: '어떤 자격으로 로그인하시겠습니까?',
  tool: '도구 로그인 허용',
  typeCode: '도구에 표시된 코드를 입력하세요.',
  code: '코드',
  sameCode:
    '방금 직접 이 도구를 시작했고 도구에 같은 코드가 표시될 때만 계속하세요. 이 도구를 가진 사람이 귀하의 이름으로 행동하게 됩니다.',
  allow: '예, 로그인합니다',
  stop: '아니요, 중단합니다',
  toolDone: '도구가 로그인되었습니다. 이 페이지를 닫아도 됩니다.',
  wrongCode:
    '유효하지 않은 코드입니다. 잘못 입력했거나 이미 사용되었거나 만료되었습니다. 도구에서 로그인을 다시 시작하세요.',
  signOut: '로그아웃',
  askSignOut: '이 세션과 이 세션으로 로그인한 모든 도구를 종료하시겠습니까?',
  signedOut: '로그아웃되었습니다.',
  stopped: '로그인이 중단되었습니다. 로그인된 사람은 없습니다.',
  over: '이 로그인은 종료되었습니다. 시간이 초과되었거나 이미 완료되었거나 다른 브라우저에서 시작되었습니다. 처음부터 다시 시작하세요.',
  agency: '이 코드로는 로그인할 수 없습니다. 코드를 확인하거나 기관 관리자에게 문의하세요.',
  down: '소속 기관의 로그인 서비스가 응답하지 않습니다. 몇 분 후 다시 시도하고, 계속되면 기관 관리자에게 알려 주세요.',
  refused:
    '소속 기관의 로그인 서비스에서 신뢰할 수 있는 응답을 받지 못했습니다. 다시 시작하고, 계속되면 기관 관리자에게 알려 주세요.',
  weak: '소속 기관이 요구하는 수준보다 약한 방식으로 로그인되었습니다. 2단계 인증 등 기관이 정한 방식으로 다시 로그인하고, 계속되면 기관 관리자에게 알려 주세요.',
  busy: '이곳에서 시작된 로그인이 너무 많습니다. 1분 후 다시 시도해 주세요.',
  nobody: '활성화된 소속이 없습니다. 기관 관리자에게 초대를 요청하세요.',
  invitation:
    '이 초대는 유효하지 않습니다. 이미 사용되었거나 철회되었거나 만료되었거나 귀하의 것이 아닙니다. 초대한 사람에게 문의하세요.',
  orPasskey: '소속 기관에 인증 서비스가 없거나 기관의 관리자이십니까? 패스키로 로그인합니다.',
  withPasskey: '패스키로 로그인',
  addPasskey: '로그인하고 패스키 추가',
  usesPasskey: '이제 브라우저가 패스키를 요청합니다.',
  makesPasskey:
    '이 기기 또는 보안 키에 패스키를 만듭니다. 앞으로는 이 패스키로 로그인합니다. 비밀번호는 없습니다.',
  passkeyName: '패스키 이름(예: 사용 중인 기기)',
  noPasskey: '브라우저에서 패스키를 받지 못했습니다. 다시 시도하세요.',
  needsScript:
    '이 페이지에는 JavaScript가 필요합니다. JavaScript 없이는 브라우저가 패스키를 제공하지 않습니다.',
  passkey:
    '이 패스키는 사용할 수 없습니다. 등록되지 않았거나 삭제되었거나 응답을 신뢰할 수 없습니다. 다시 시작하고, 계속되면 소속 기관의 관리자에게 문의하세요.',
  another:
    '이 브라우저는 다른 사용자로 로그인되어 있거나 세션이 종료되었습니다. 먼저 /oauth/session/end 에서 로그아웃하세요.',
  failed: '처리할 수 없습니다. 처음부터 다시 시작하세요.',
};

const ja: Texts = {
  signIn: 'Entente にサインイン',
  whichAgency: '所属機関の認証サービスでサインインします。',
  agencyCode: '機関コード(例: JP-NPA)',
  haveInvitation: '初めてですか。招待コードを入力してください。',
  invitationCode: '招待コード',
  goOn: '続ける',
  demo: 'デモの利用者を選ぶ',
  leaving: '所属機関のサインインページ:',
  asWhom: 'どの資格でサインインしますか。',
  tool: 'ツールのサインインを許可',
  typeCode: 'ツールに表示されたコードを入力してください。',
  code: 'コード',
  sameCode:
    'このツールをたった今ご自身で起動し、同じコードが表示されている場合にのみ続けてください。ツールを持つ人があなたの名前で操作できるようになります。',
  allow: 'はい、サインインさせます',
  stop: 'いいえ、中止します',
  toolDone: 'ツールはサインインしました。このページは閉じてかまいません。',
  wrongCode:
    'このコードは無効です。入力の誤り、使用済み、または期限切れです。ツールのサインインをやり直してください。',
  signOut: 'サインアウト',
  askSignOut: 'このセッションと、このセッションでサインインしたすべてのツールを終了しますか。',
  signedOut: 'サインアウトしました。',
  stopped: 'サインインは中止されました。誰もサインインしていません。',
  over: 'このサインインは終了しました。時間切れ、完了済み、または別のブラウザで開始されたものです。最初からやり直してください。',
  agency: 'このコードではサインインできません。コードを確認するか、所属機関の管理者に問い合わせてください。',
  down: '所属機関のサインインサービスが応答しません。数分後に再試行し、続く場合は所属機関の管理者に知らせてください。',
  refused:
    '所属機関のサインインサービスから信頼できる応答がありません。やり直し、続く場合は所属機関の管理者に知らせてください。',
  weak: '所属機関が求める強さのサインインではありませんでした。二要素認証など、機関が定める方法でサインインし直し、続く場合は所属機関の管理者に知らせてください。',
  busy: 'ここから始められたサインインが多すぎます。1分待ってから再試行してください。',
  nobody: '有効な所属がありません。所属機関の管理者に招待を依頼してください。',
  invitation:
    'この招待は無効です。使用済み、取り消し済み、期限切れ、またはあなた宛てではありません。招待した人に問い合わせてください。',
  orPasskey: '所属機関に認証サービスがない方、または機関の管理者の方は、パスキーでサインインします。',
  withPasskey: 'パスキーでサインイン',
  addPasskey: 'サインインしてパスキーを追加',
  usesPasskey: 'ブラウザがパスキーを求めます。',
  makesPasskey:
    'この端末またはセキュリティキーにパスキーを作成します。今後はこれでサインインします。パスワードはありません。',
  passkeyName: 'パスキーの名前(例: 使っている端末)',
  noPasskey: 'ブラウザからパスキーを受け取れませんでした。もう一度お試しください。',
  needsScript: 'このページには JavaScript が必要です。ないとブラウザはパスキーを渡しません。',
  passkey:
    'このパスキーは使用できません。登録されていない、削除された、または応答が信頼できません。やり直し、続く場合は所属機関の管理者に問い合わせてください。',
  another:
    'このブラウザは別の利用者としてサインインしているか、セッションが終了しています。先に /oauth/session/end でサインアウトしてください。',
  failed: '処理できませんでした。最初からやり直してください。',
};

const zh: Texts = {
  signIn: '登录 Entente',
  whichAgency: '由您所在机构的认证服务登录。',
  agencyCode: '机构代码(例如 CN-CAMLMAC)',
  haveInvitation: '首次使用?请输入您的邀请码。',
  invitationCode: '邀请码',
  goOn: '继续',
  demo: '选择演示成员',
  leaving: '您所在机构的登录页面:',
  asWhom: '您以哪个身份登录?',
  tool: '允许工具登录',
  typeCode: '请输入工具显示的代码。',
  code: '代码',
  sameCode:
    '仅当您本人刚刚启动了该工具,且工具显示的正是此代码时,才可继续。此后持有该工具的人将以您的名义操作。',
  allow: '是,让它登录',
  stop: '否,停止',
  toolDone: '工具已登录。您可以关闭此页面。',
  wrongCode: '此代码无效:输入有误、已被使用或已过期。请重新启动工具的登录。',
  signOut: '退出登录',
  askSignOut: '结束此会话以及由它登录的所有工具吗?',
  signedOut: '您已退出登录。',
  stopped: '登录已停止。没有人登录。',
  over: '此次登录已结束:已超时、已完成,或在另一个浏览器中开始。请从头开始。',
  agency: '此代码无法登录。请核对代码,或询问您所在机构的管理员。',
  down: '您所在机构的登录服务没有响应。请几分钟后再试;如仍如此,请告知您所在机构的管理员。',
  refused: '您所在机构的登录服务没有给出可信的答复。请重新开始;如仍如此,请告知您所在机构的管理员。',
  weak: '您的登录方式未达到所在机构要求的强度。请按机构规定的方式(例如双因素验证)重新登录;如仍如此,请告知您所在机构的管理员。',
  busy: '从此处发起的登录过多。请等待一分钟后重试。',
  nobody: '您在此没有有效的成员身份。请向您所在机构的管理员申请邀请。',
  invitation: '此邀请无效:已被使用、已撤回、已过期,或不是给您的。请询问邀请您的人。',
  orPasskey: '您所在机构没有认证服务,或者您是机构管理员?请使用通行密钥。',
  withPasskey: '使用通行密钥登录',
  addPasskey: '登录并添加另一个通行密钥',
  usesPasskey: '浏览器现在会请求您的通行密钥。',
  makesPasskey: '现在将在此设备或安全密钥上创建通行密钥,以后即用它登录。没有密码。',
  passkeyName: '为它起个名字,例如所在的设备',
  noPasskey: '浏览器没有给出通行密钥。请重试。',
  needsScript: '此页面需要 JavaScript:没有它,浏览器不会给出通行密钥。',
  passkey:
    '此通行密钥不被接受:此处未登记、已被删除,或其答复不可信。请重新开始;如仍如此,请询问您所在机构的管理员。',
  another: '此浏览器已以他人身份登录,或其会话已结束。请先在 /oauth/session/end 退出登录。',
  failed: '无法完成。请从头开始。',
};

export const TEXTS: Record<Language, Texts> = { ko, ja, zh, en };
