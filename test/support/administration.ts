import { randomUUID } from 'node:crypto';
import { memberId, type Code } from './roster.js';
import { newMember } from './partners.js';
import { outcomeOf, type Answer, type Client, type World } from './world.js';

export interface PendingAct {
  id: string;
  act: string;
  content: string;
  hash: string;
  state: 'PENDING' | 'DONE' | 'REFUSED' | 'LAPSED';
}

export interface Administered {
  subjectId: string;
  pendingAct: PendingAct | null;
}

const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { done: ${name}(input: $input) { subjectId pendingAct { id act content hash state } } }`;

/** Every mutation of administration, with its input. */
export const ADMINISTRATION = {
  changeRoles: mutation('changeRoles', 'ChangeRolesInput'),
  endMembership: mutation('endMembership', 'EndMembershipInput'),
  inviteMember: mutation('inviteMember', 'InviteMemberInput'),
  withdrawInvitation: mutation('withdrawInvitation', 'WithdrawInvitationInput'),
  handOver: mutation('handOver', 'HandOverInput'),
  proposeAgency: mutation('proposeAgency', 'ProposeAgencyInput'),
  withdrawProposal: mutation('withdrawProposal', 'ProposalActInput'),
  bringInAgency: mutation('bringInAgency', 'ProposalActInput'),
  nameAgency: mutation('nameAgency', 'NameAgencyInput'),
  setContacts: mutation('setContacts', 'SetContactsInput'),
  setJurisdiction: mutation('setJurisdiction', 'SetJurisdictionInput'),
  beginRecovery: mutation('beginRecovery', 'BeginRecoveryInput'),
  stopRecovery: mutation('stopRecovery', 'AgencyActInput'),
  confirmRecovery: mutation('confirmRecovery', 'AgencyActInput'),
  declineRecovery: mutation('declineRecovery', 'AgencyActInput'),
  confirmAccess: mutation('confirmAccess', 'ConfirmAccessInput'),
  exportLedger: mutation('exportLedger', 'ExportLedgerInput'),
  setCap: mutation('setCap', 'SetCapInput'),
  suspendAgency: mutation('suspendAgency', 'AgencyActInput'),
  reinstateAgency: mutation('reinstateAgency', 'AgencyActInput'),
  approveAct: mutation('approveAct', 'DecideActInput'),
  refuseAct: mutation('refuseAct', 'DecideActInput'),
  proposeArrangement: mutation('proposeArrangement', 'ProposeArrangementInput'),
  acceptArrangement: mutation('acceptArrangement', 'ArrangementActInput'),
  refuseArrangement: mutation('refuseArrangement', 'ArrangementActInput'),
  endArrangement: mutation('endArrangement', 'ArrangementActInput'),
  askStandingAuthority: mutation('askStandingAuthority', 'AskStandingAuthorityInput'),
  approveStandingAuthority: mutation('approveStandingAuthority', 'StandingAuthorityActInput'),
  endStandingAuthority: mutation('endStandingAuthority', 'StandingAuthorityActInput'),
  registerSystemClient: mutation('registerSystemClient', 'RegisterSystemClientInput'),
  addSystemClientKey: mutation('addSystemClientKey', 'AddSystemClientKeyInput'),
  revokeSystemClientKey: mutation('revokeSystemClientKey', 'RevokeSystemClientKeyInput'),
  endSystemClient: mutation('endSystemClient', 'EndSystemClientInput'),
  stageList: `mutation ($input: StageListInput!) {
    done: stageList(input: $input) { version { id keys digest } refused { row reason } } }`,
  publishList: mutation('publishList', 'PublishListInput'),
  rollBackList: mutation('rollBackList', 'RollBackListInput'),
  endSession: mutation('endSession', 'EndSessionInput'),
  removePasskey: mutation('removePasskey', 'RemovePasskeyInput'),
  setIdentityProvider: mutation('setIdentityProvider', 'SetIdentityProviderInput'),
  removeIdentityProvider: mutation('removeIdentityProvider', 'RemoveIdentityProviderInput'),
  registerWebhookDomain: mutation('registerWebhookDomain', 'RegisterWebhookDomainInput'),
  endWebhookDomain: mutation('endWebhookDomain', 'EndWebhookDomainInput'),
  registerWebhook: mutation('registerWebhook', 'RegisterWebhookInput'),
  changeWebhook: mutation('changeWebhook', 'ChangeWebhookInput'),
  pauseWebhook: mutation('pauseWebhook', 'WebhookActInput'),
  resumeWebhook: mutation('resumeWebhook', 'WebhookActInput'),
  testWebhook: mutation('testWebhook', 'WebhookActInput'),
  resendWebhook: mutation('resendWebhook', 'ResendWebhookInput'),
  replayWebhook: mutation('replayWebhook', 'ReplayWebhookInput'),
  setWebhookCertificate: mutation('setWebhookCertificate', 'SetWebhookCertificateInput'),
  removeWebhookCertificate: mutation('removeWebhookCertificate', 'WebhookActInput'),
  endWebhook: mutation('endWebhook', 'WebhookActInput'),
  makeWebhookSecret: `mutation ($input: MakeWebhookSecretInput!) {
    done: makeWebhookSecret(input: $input) { webhookId secret othersEndAt } }`,
};
export type AdministrationName = keyof typeof ADMINISTRATION;

/** The rules of an arrangement for everything, but for its parties. */
export const ARRANGEMENT = {
  title: 'A further arrangement',
  purposes: ['criminal-investigation', 'policy'],
  kinds: ['hack', 'policy-note'],
  highestMarking: 'TLP:AMBER',
  validFrom: '2018-01-01T00:00:00Z',
  onEnd: 'KEEP',
};

export const send = (
  client: Client,
  name: AdministrationName,
  input: object,
): Promise<Answer<{ done: Administered } | null>> =>
  client.query(ADMINISTRATION[name], { input: { idempotencyKey: randomUUID(), ...input } });

/** @returns the error's code and the paths at fault, `done` or `pending` */
export async function tried(client: Client, name: AdministrationName, input: object): Promise<string> {
  const answer = await send(client, name, input);
  return answer.data?.done.pendingAct?.state === 'PENDING' ? 'pending' : outcomeOf(answer);
}

/** @throws Error when it is refused */
export async function administer(
  client: Client,
  name: AdministrationName,
  input: object,
): Promise<Administered> {
  const { data, errors } = await send(client, name, input);
  if (!data) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  return data.done;
}

/** Two administrators of one agency: what one asks for, the other approves. */
export interface Administrators {
  first: Client;
  second: Client;
  /** Does an act that takes two. @returns what was asked for, done */
  both(name: AdministrationName, input: object): Promise<PendingAct>;
}

export async function administratorsOf(world: World, code: Code): Promise<Administrators> {
  const role = code === 'HUB' ? 'OPERATOR' : 'AGENCY_ADMIN';
  const first = world.member(memberId(code, role));
  const second = world.member(await newMember(world, code, [role]));
  return {
    first,
    second,
    both: async (name, input) => {
      const { pendingAct } = await administer(first, name, input);
      if (!pendingAct) throw new Error(`${name} was done by one.`);
      const { id: pendingActId, hash } = pendingAct;
      const { pendingAct: decided } = await administer(second, 'approveAct', { pendingActId, hash });
      if (!decided) throw new Error('The pending act is gone.');
      return decided;
    },
  };
}
