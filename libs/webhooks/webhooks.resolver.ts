import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { AdministrationPayload, AdministrationService, Allow, CallerOf } from '#access';
import { checkId, Input, PageArgs, type Caller, type Page } from '#core';
import {
  changeWebhookSchema,
  endWebhookDomainSchema,
  makeWebhookSecretSchema,
  registerWebhookDomainSchema,
  registerWebhookSchema,
  replayWebhookSchema,
  resendWebhookSchema,
  setWebhookCertificateSchema,
  webhookActSchema,
} from './webhook.inputs.js';
import {
  WebhookAttemptConnection,
  type WebhookAttemptType,
  WebhookConnection,
  WebhookDomainConnection,
  WebhookKeyType,
  WebhookSecretPayload,
  type WebhookDomainType,
  type WebhookType,
} from './webhook.type.js';
import { WebhookCertificatesService } from './webhook-certificates.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';
import { WebhooksService } from './webhooks.service.js';

type WebhookAct = z.output<typeof webhookActSchema>;

/** Where events go. What leads elsewhere or says more takes two; what stops it, one. */
@Resolver()
export class WebhooksResolver {
  constructor(
    private readonly administration: AdministrationService,
    private readonly registered: WebhooksService,
    private readonly secrets: WebhookSecretsService,
    private readonly certificates: WebhookCertificatesService,
  ) {}

  @Query(() => WebhookConnection, {
    description: 'The webhooks of your agency, those that ended too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  webhooks(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<WebhookType>> {
    return this.registered.webhooks(caller, page);
  }

  @Query(() => WebhookDomainConnection, {
    description: 'The domains your agency registered for its webhooks, those that ended too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  webhookDomains(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<WebhookDomainType>> {
    return this.registered.domains(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Registers a domain, under which webhooks of your agency may lie. Takes two.',
  })
  @Allow('AGENCY_ADMIN')
  registerWebhookDomain(
    @CallerOf() caller: Caller,
    @Input(registerWebhookDomainSchema) input: z.output<typeof registerWebhookDomainSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(
      caller,
      'registerWebhookDomain',
      'webhook-domain.registered',
      input,
    );
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Ends a domain, and disables every webhook that lies under it alone.',
  })
  @Allow('AGENCY_ADMIN')
  endWebhookDomain(
    @CallerOf() caller: Caller,
    @Input(endWebhookDomainSchema) input: z.output<typeof endWebhookDomainSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'endWebhookDomain', 'webhook-domain.ended', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Registers a webhook. Takes two.' })
  @Allow('AGENCY_ADMIN')
  registerWebhook(
    @CallerOf() caller: Caller,
    @Input(registerWebhookSchema) input: z.output<typeof registerWebhookSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'registerWebhook', 'webhook.registered', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Changes a webhook. Another URL, and FULL where it was THIN, take two.',
  })
  @Allow('AGENCY_ADMIN')
  changeWebhook(
    @CallerOf() caller: Caller,
    @Input(changeWebhookSchema) input: z.output<typeof changeWebhookSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'changeWebhook', 'webhook.changed', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Stops deliveries to a webhook until it is resumed.',
  })
  @Allow('AGENCY_ADMIN')
  pauseWebhook(
    @CallerOf() caller: Caller,
    @Input(webhookActSchema) input: WebhookAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'pauseWebhook', 'webhook.paused', input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Goes on with a webhook that is paused or disabled.',
  })
  @Allow('AGENCY_ADMIN')
  resumeWebhook(
    @CallerOf() caller: Caller,
    @Input(webhookActSchema) input: WebhookAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'resumeWebhook', 'webhook.resumed', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Ends a webhook for ever.' })
  @Allow('AGENCY_ADMIN')
  endWebhook(
    @CallerOf() caller: Caller,
    @Input(webhookActSchema) input: WebhookAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'endWebhook', 'webhook.ended', input);
  }

  @Query(() => [WebhookKeyType], {
    description:
      'The keys of this service that sign webhooks by `v1a`, oldest first; also at /.well-known/entente-webhook-keys.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  webhookKeys(@CallerOf() caller: Caller): Promise<WebhookKeyType[]> {
    return this.secrets.publicKeysFor(caller);
  }

  @Mutation(() => WebhookSecretPayload, {
    description: 'Makes the secret of a webhook, or another. It is in this answer, and in no other.',
  })
  @Allow('AGENCY_ADMIN')
  makeWebhookSecret(
    @CallerOf() caller: Caller,
    @Input(makeWebhookSecretSchema) input: z.output<typeof makeWebhookSecretSchema>,
  ): Promise<WebhookSecretPayload> {
    return this.secrets.make(caller, input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Gives a webhook the certificate by which its endpoint knows this service, in place of the one it had. Takes two.',
  })
  @Allow('AGENCY_ADMIN')
  setWebhookCertificate(
    @CallerOf() caller: Caller,
    @Input(setWebhookCertificateSchema) input: z.output<typeof setWebhookCertificateSchema>,
  ): Promise<AdministrationPayload> {
    return this.certificates.set(caller, input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Takes its certificate from a webhook, and whatever waits to take its place.',
  })
  @Allow('AGENCY_ADMIN')
  removeWebhookCertificate(
    @CallerOf() caller: Caller,
    @Input(webhookActSchema) input: WebhookAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(
      caller,
      'removeWebhookCertificate',
      'webhook.certificate-removed',
      input,
    );
  }

  @Query(() => WebhookAttemptConnection, {
    description: 'What was sent to a webhook of your agency, and what it answered, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  webhookAttempts(
    @CallerOf() caller: Caller,
    @Args('webhookId', { type: () => ID, description: 'The webhook.' }) webhookId: string,
    @Args() page: PageArgs,
  ): Promise<Page<WebhookAttemptType>> {
    return this.registered.attempts(caller, checkId(webhookId, 'webhookId', 'webhook'), page);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Sends an event `webhook.test`, which is nothing of the feed.',
  })
  @Allow('AGENCY_ADMIN')
  testWebhook(
    @CallerOf() caller: Caller,
    @Input(webhookActSchema) input: WebhookAct,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'testWebhook', 'webhook.tested', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Makes one delivery once more, with the same id.' })
  @Allow('AGENCY_ADMIN')
  resendWebhook(
    @CallerOf() caller: Caller,
    @Input(resendWebhookSchema) input: z.output<typeof resendWebhookSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'resendWebhook', 'webhook.resent', input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Goes back in the feed, and delivers from there. From before the webhook was there it takes two.',
  })
  @Allow('AGENCY_ADMIN')
  replayWebhook(
    @CallerOf() caller: Caller,
    @Input(replayWebhookSchema) input: z.output<typeof replayWebhookSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'replayWebhook', 'webhook.replayed', input);
  }
}
