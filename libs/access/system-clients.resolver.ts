import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import {
  addClientKeySchema,
  endClientSchema,
  registerClientSchema,
  revokeClientKeySchema,
} from './system-client.inputs.js';
import { SystemClientConnection, type SystemClientType } from './system-client.type.js';

/** An agency's machines. What lets one in takes two; what puts it out, one. */
@Resolver()
export class SystemClientsResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => SystemClientConnection, {
    description: 'The system clients of your agency, those that ended too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  systemClients(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<SystemClientType>> {
    return this.administration.systemClients(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Lets a machine of your agency come in: it signs in with its keys, and acts under its own name. Takes two.',
  })
  @Allow('AGENCY_ADMIN')
  registerSystemClient(
    @CallerOf() caller: Caller,
    @Input(registerClientSchema) input: z.output<typeof registerClientSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'registerSystemClient', 'client.registered', input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Gives a system client one more key, or one more address of keys, so that it can change over. Takes two.',
  })
  @Allow('AGENCY_ADMIN')
  addSystemClientKey(
    @CallerOf() caller: Caller,
    @Input(addClientKeySchema) input: z.output<typeof addClientKeySchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'addSystemClientKey', 'client.key-added', input);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Ends a key, for ever, or an address of keys, at once, and every token that was got with it.',
  })
  @Allow('AGENCY_ADMIN')
  revokeSystemClientKey(
    @CallerOf() caller: Caller,
    @Input(revokeClientKeySchema) input: z.output<typeof revokeClientKeySchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'revokeSystemClientKey', 'client.key-revoked', input);
  }

  @Mutation(() => AdministrationPayload, { description: 'Puts a system client out at once, for ever.' })
  @Allow('AGENCY_ADMIN')
  endSystemClient(
    @CallerOf() caller: Caller,
    @Input(endClientSchema) input: z.output<typeof endClientSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'endSystemClient', 'client.ended', input);
  }
}
