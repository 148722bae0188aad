import { z } from 'zod';
import { idempotencyKey } from '#core';

export const confirmAccessSchema = z
  .strictObject({
    idempotencyKey,
    subjectId: z.uuid().meta({ description: 'A membership or system client of your agency; not your own.' }),
    kid: z.string().max(100).optional().meta({ description: 'Of the system client, this key alone.' }),
  })
  .meta({ id: 'ConfirmAccess', description: 'That somebody or something may go on coming in.' });
