import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { roles } from './administration.inputs.js';

export const inviteMemberSchema = z
  .strictObject({
    idempotencyKey,
    name: plainText(200).meta({ description: 'What your agency calls the member.' }),
    roles: roles.meta({ description: 'What the member may do.' }),
    validUntil: z
      .date()
      .optional()
      .meta({ description: 'When the membership ends by itself; never if not said.' }),
  })
  .meta({ id: 'InviteMember', description: 'A person who is to be a member of your agency.' });

export const withdrawInvitationSchema = z
  .strictObject({
    idempotencyKey,
    invitationId: z.uuid().meta({ description: 'An invitation of your agency that nobody has accepted.' }),
  })
  .meta({ id: 'WithdrawInvitation', description: 'An invitation that is good no more.' });

export const handOverSchema = z
  .strictObject({
    idempotencyKey,
    memberId: z.uuid().meta({ description: 'A membership of your agency; it may have ended.' }),
    toMemberId: z.uuid().meta({ description: 'An active CONTRIBUTOR of your agency.' }),
  })
  .meta({ id: 'HandOver', description: 'What one member had begun, for another to keep.' });
