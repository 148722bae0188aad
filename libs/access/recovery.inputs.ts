import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';

export const beginRecoverySchema = z
  .strictObject({
    idempotencyKey,
    agencyId: z.uuid().meta({ description: 'An agency with fewer than two administrators.' }),
    administrators: z
      .array(plainText(200))
      .min(2)
      .max(10)
      .meta({ description: 'The names of its new administrators: at least two.' }),
  })
  .meta({
    id: 'BeginRecovery',
    description: 'New administrators for an agency that cannot make them itself.',
  });
