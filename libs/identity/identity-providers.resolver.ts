import { Mutation, Query, Resolver } from '@nestjs/graphql';
import type { z } from 'zod';
import { AdministrationPayload, Allow, CallerOf } from '#access';
import { Input, type Caller } from '#core';
import { removeProviderSchema, setProviderSchema } from './identity-provider.inputs.js';
import { IdentityProviderType } from './identity-provider.type.js';
import { IdentityProvidersService } from './identity-providers.service.js';

/** An agency's own provider, which two of its administrators set. */
@Resolver()
export class IdentityProvidersResolver {
  constructor(private readonly providers: IdentityProvidersService) {}

  @Query(() => [IdentityProviderType], {
    description: 'Where the members of your agency prove who they are: at one provider, or none yet.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  identityProviders(@CallerOf() caller: Caller): Promise<IdentityProviderType[]> {
    return this.providers.own(caller);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Sets or replaces your agency’s OpenID provider. Takes two; then everybody else of your agency signs in anew.',
  })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  setIdentityProvider(
    @CallerOf() caller: Caller,
    @Input(setProviderSchema) input: z.output<typeof setProviderSchema>,
  ): Promise<AdministrationPayload> {
    return this.providers.set(caller, input);
  }

  @Mutation(() => AdministrationPayload, {
    description: 'Removes your agency’s OpenID provider: nobody signs in by it any more. Takes two.',
  })
  @Allow('AGENCY_ADMIN', 'OPERATOR')
  removeIdentityProvider(
    @CallerOf() caller: Caller,
    @Input(removeProviderSchema) input: z.output<typeof removeProviderSchema>,
  ): Promise<AdministrationPayload> {
    return this.providers.remove(caller, input);
  }
}
