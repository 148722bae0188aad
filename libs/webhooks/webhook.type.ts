import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

const WebhookState = {
  PENDING_PROOF: 'PENDING_PROOF',
  ACTIVE: 'ACTIVE',
  PAUSED: 'PAUSED',
  DISABLED: 'DISABLED',
} as const;
registerEnumType(WebhookState, {
  name: 'WebhookState',
  description:
    'PENDING_PROOF: it has not shown yet that it wants deliveries. DISABLED: `reason` says why. Nothing goes to any but ACTIVE ones.',
});

@ObjectType('WebhookDomain', { description: 'A domain under which webhooks of your agency may lie.' })
export class WebhookDomainType {
  @Field(() => ID, { description: 'The registration.' })
  id!: string;

  @Field({ description: 'In lower case, as DNS has it.' })
  domain!: string;

  @Field({ description: 'When it was registered.' })
  registeredAt!: Date;

  @Field(() => ID, { description: 'The membership of who registered it.' })
  registeredBy!: string;

  @Field(() => Date, { nullable: true, description: 'When it was ended.' })
  endedAt!: Date | null;
}

@ObjectType('Webhook', { description: 'An address of your agency to which events of its feed go.' })
export class WebhookType {
  @Field(() => ID, { description: 'The webhook.' })
  id!: string;

  @Field({ description: 'Where it is.' })
  url!: string;

  @Field({ description: 'What your agency calls it.' })
  description!: string;

  @Field(() => [String], { description: 'Which events; none for all.' })
  eventTypes!: string[];

  @Field({ description: 'THIN or FULL.' })
  payload!: string;

  @Field(() => Int, { description: 'Requests under way at a time, at most.' })
  inFlight!: number;

  @Field(() => Int, { description: 'Requests a second, at most.' })
  perSecond!: number;

  @Field(() => WebhookState, { description: 'Where it stands.' })
  state!: keyof typeof WebhookState;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is disabled: `DOMAIN_ENDED`, `GONE` (it answered 410), `FAILING` (for three days).',
  })
  reason!: string | null;

  @Field(() => Int, {
    description: 'Up to which position of the feed everything was delivered or put aside.',
  })
  position!: number;

  @Field(() => Int, { description: 'Deliveries that wait for another attempt, or were asked for.' })
  waiting!: number;

  @Field(() => Date, {
    nullable: true,
    description: 'Since when it is down: it is asked with one delivery at a time, and nothing is given up.',
  })
  failingSince!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When a delivery last succeeded.' })
  lastSuccessAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was not proven when it was last asked: NO_CONSENT, HTTP_404, CONNECT_FAILED.',
  })
  proofFault!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Whose certificate it is shown, if it asks for one; null where it has none.',
  })
  certificateSubject!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of that certificate, in hex with colons.' })
  certificateFingerprint!: string | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When that certificate ends; `webhook.certificate-ends` tells of it 30 days before.',
  })
  certificateEndsAt!: Date | null;

  @Field({ description: 'When it was registered.' })
  registeredAt!: Date;

  @Field(() => ID, { description: 'The membership of who registered it.' })
  registeredBy!: string;

  @Field(() => Date, { nullable: true, description: 'When it was ended.' })
  endedAt!: Date | null;
}

@ObjectType('WebhookSecretPayload', { description: 'A secret, which is told this once.' })
export class WebhookSecretPayload {
  @Field(() => ID, { description: 'The webhook whose deliveries it signs.' })
  webhookId!: string;

  @Field({ description: '`whsec_`, and 32 bytes in base64: the key of `v1`. Give it to the receiver alone.' })
  secret!: string;

  @Field(() => Date, {
    nullable: true,
    description: 'Until when the secrets before it sign, too; null for the first.',
  })
  othersEndAt!: Date | null;
}

@ObjectType('WebhookKey', { description: 'With this verify signatures of `v1a`: ed25519.' })
export class WebhookKeyType {
  @Field(() => ID, { description: 'The key.' })
  id!: string;

  @Field({ description: '`whpk_`, and 32 bytes in base64.' })
  publicKey!: string;

  @Field(() => Date, { nullable: true, description: 'Until when it signs; null for the newest.' })
  endsAt!: Date | null;
}

@ObjectType('WebhookAttempt', {
  description: 'One request to a webhook, and what came of it. Kept for 30 days.',
})
export class WebhookAttemptType {
  @Field(() => ID, { description: 'The attempt.' })
  id!: string;

  @Field({ description: 'When it was written down.' })
  at!: Date;

  @Field({ description: 'The event: `finding.released`.' })
  type!: string;

  @Field(() => Int, { nullable: true, description: 'Its place in the feed; null for a test.' })
  position!: number | null;

  @Field(() => Int, { description: 'Which attempt at this delivery it was: 1, 2, 3.' })
  nth!: number;

  @Field(() => Int, { nullable: true, description: 'The status of the answer. 2xx alone is success.' })
  status!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why there was no whole answer: TIMED_OUT, CONNECT_FAILED, BAD_CERTIFICATE, FORBIDDEN_ADDRESS.',
  })
  fault!: string | null;

  @Field(() => Int, { description: 'From the first byte sent to the end of the answer.' })
  milliseconds!: number;

  @Field(() => String, { nullable: true, description: 'The address it went to.' })
  address!: string | null;

  @Field({ description: 'The first 1,024 bytes of the answer, as text.' })
  answer!: string;
}

@ObjectType('WebhookAttemptConnection', { description: 'A page of attempts, newest first.' })
export class WebhookAttemptConnection extends pageTypeOf(WebhookAttemptType, 'WebhookAttempt') {}

@ObjectType('WebhookDomainConnection', { description: 'A page of domains, newest first.' })
export class WebhookDomainConnection extends pageTypeOf(WebhookDomainType, 'WebhookDomain') {}

@ObjectType('WebhookConnection', { description: 'A page of webhooks, newest first.' })
export class WebhookConnection extends pageTypeOf(WebhookType, 'Webhook') {}
