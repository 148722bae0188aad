import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { idempotencyKey, Input, PageArgs, type Caller, type Page } from '#core';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { PasskeyConnection, type PasskeyType } from './passkey.type.js';
import { ROLES } from './role.js';

const removePasskeySchema = z
  .strictObject({ idempotencyKey, passkeyId: z.uuid().meta({ description: 'The passkey.' }) })
  .meta({ id: 'RemovePasskey', description: 'A passkey that is to sign nobody in any more.' });

/** With what people sign in whom no provider knows. One is added where one signs in. */
@Resolver()
export class PasskeysResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => PasskeyConnection, {
    description: 'Your passkeys, those that were removed too, newest first.',
  })
  @Allow(...ROLES)
  myPasskeys(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<PasskeyType>> {
    return this.administration.ownPasskeys(caller, page);
  }

  @Query(() => PasskeyConnection, {
    description: 'The passkeys of your agency’s members, those that were removed too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  passkeys(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<PasskeyType>> {
    return this.administration.passkeys(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Removes a passkey, and ends what was signed in by it: your own unless it is the last, or as administrator any of your agency’s.',
  })
  @Allow(...ROLES)
  removePasskey(
    @CallerOf() caller: Caller,
    @Input(removePasskeySchema) input: z.output<typeof removePasskeySchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.administer(caller, 'removePasskey', 'passkey.removed', input);
  }
}
