import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import { idempotencyKey, Input, PageArgs, type Caller, type Page } from '#core';
import { AdministrationService } from './administration.service.js';
import { AdministrationPayload } from './administration.type.js';
import { Allow, CallerOf } from './allow.decorator.js';
import { ROLES } from './role.js';
import { SessionConnection, type SessionType } from './session.type.js';

const endSessionSchema = z
  .strictObject({ idempotencyKey, sessionId: z.uuid().meta({ description: 'The session.' }) })
  .meta({ id: 'EndSession', description: 'A session that is to be over.' });

/** Who is signed in. */
@Resolver()
export class SessionsResolver {
  constructor(private readonly administration: AdministrationService) {}

  @Query(() => SessionConnection, {
    description: 'Your sessions by this membership, those that are over too, newest first.',
  })
  @Allow(...ROLES)
  mySessions(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<SessionType>> {
    return this.administration.ownSessions(caller, page);
  }

  @Query(() => SessionConnection, {
    description: 'The sessions of your agency’s members, those that are over too, newest first.',
  })
  @Allow('AGENCY_ADMIN', 'AUDITOR', 'OPERATOR')
  sessions(@CallerOf() caller: Caller, @Args() page: PageArgs): Promise<Page<SessionType>> {
    return this.administration.sessions(caller, page);
  }

  @Mutation(() => AdministrationPayload, {
    description:
      'Ends a session at once, and every token that was got by it: your own, or as administrator any of your agency’s.',
  })
  @Allow(...ROLES)
  endSession(
    @CallerOf() caller: Caller,
    @Input(endSessionSchema) input: z.output<typeof endSessionSchema>,
  ): Promise<AdministrationPayload> {
    return this.administration.endSession(caller, input);
  }
}
