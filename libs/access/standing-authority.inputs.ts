import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { KINDS, TLP } from './vocabulary.js';

const MARKINGS = TLP.filter((tlp) => tlp !== 'TLP:RED');

export const askStandingAuthoritySchema = z
  .strictObject({
    idempotencyKey,
    title: plainText(200).meta({ description: 'What your agency calls it.' }),
    agencyIds: z
      .array(z.uuid())
      .min(1)
      .max(100)
      .refine((ids) => new Set(ids).size === ids.length, 'An agency is named twice.')
      .meta({ description: 'Who gets what is released under it: agencies you know.' }),
    kinds: z.array(z.enum(KINDS)).min(1).max(KINDS.length).meta({ description: 'Which findings.' }),
    highestMarking: z
      .enum(MARKINGS)
      .meta({ description: 'Up to which marking; not above the cap of your releasers.' }),
    daily: z.int().min(1).max(1_000).meta({ description: 'How many findings in one day (UTC).' }),
    days: z.int().min(1).max(90).meta({ description: 'How long, from its approval on.' }),
  })
  .meta({
    id: 'AskStandingAuthority',
    description: "What your agency's systems post is to be released at once, within these bounds.",
  });

export const standingAuthorityActSchema = z
  .strictObject({
    idempotencyKey,
    standingAuthorityId: z.uuid().meta({ description: 'A standing authority of your agency.' }),
  })
  .meta({ id: 'StandingAuthorityAct', description: 'An act on a standing authority.' });
