import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Input, PageArgs, type Caller, type Page } from '#core';
import { Allow, CallerOf } from './allow.decorator.js';
import {
  addClientKeySchema,
  endClientSchema,
  registerClientSchema,
  revokeClientKeySchema,
  type AddClientKeyInput,
  type EndClientInput,
  type RegisterClientInput,
  type RevokeClientKeyInput,
} from './system-client.inputs.js';
import { SystemClientConnection, SystemClientPayload, type SystemClientType } from './system-client.type.js';
import { SystemClientsService } from './system-clients.service.js';

/** An agency's machines. Every act answers with the client, read again under the caller's present rights. */
@Resolver()
export class SystemClientsResolver {
  constructor(private readonly clients: SystemClientsService) {}

  @Query(() => SystemClientConnection, {
    description: 'The system clients of your agency, those that ended too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR')
  systemClients(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<SystemClientType>> {
    return this.clients.page(caller, page);
  }

  @Mutation(() => SystemClientPayload, {
    description:
      'Lets a machine of your agency come in: it signs in with its keys, and acts under its own name.',
  })
  @Allow('AGENCY_ADMIN')
  registerSystemClient(
    @CallerOf() caller: Caller,
    @Input(registerClientSchema) input: RegisterClientInput,
  ): Promise<SystemClientPayload> {
    return this.after(caller, this.clients.register(caller, input));
  }

  @Mutation(() => SystemClientPayload, {
    description: 'Gives a system client one more key, so that it can change over from one to the other.',
  })
  @Allow('AGENCY_ADMIN')
  addSystemClientKey(
    @CallerOf() caller: Caller,
    @Input(addClientKeySchema) input: AddClientKeyInput,
  ): Promise<SystemClientPayload> {
    return this.after(caller, this.clients.addKey(caller, input));
  }

  @Mutation(() => SystemClientPayload, {
    description: 'Ends a key at once, for ever, and every token that was got with it.',
  })
  @Allow('AGENCY_ADMIN')
  revokeSystemClientKey(
    @CallerOf() caller: Caller,
    @Input(revokeClientKeySchema) input: RevokeClientKeyInput,
  ): Promise<SystemClientPayload> {
    return this.after(caller, this.clients.revokeKey(caller, input));
  }

  @Mutation(() => SystemClientPayload, { description: 'Puts a system client out at once, for ever.' })
  @Allow('AGENCY_ADMIN')
  endSystemClient(
    @CallerOf() caller: Caller,
    @Input(endClientSchema) input: EndClientInput,
  ): Promise<SystemClientPayload> {
    return this.after(caller, this.clients.end(caller, input));
  }

  private async after(caller: Caller, act: Promise<string>): Promise<SystemClientPayload> {
    return { client: await this.clients.one(caller, await act) };
  }
}
