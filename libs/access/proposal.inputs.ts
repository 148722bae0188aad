import { z } from 'zod';
import { idempotencyKey, languageTag, plainText } from '#core';

const CONTACT_KINDS = ['email', 'phone', 'url', 'post'] as const;

const localName = z
  .strictObject({
    language: languageTag,
    name: plainText(200).meta({ description: 'The name, in that language and script.' }),
  })
  .meta({ id: 'AgencyName', description: 'The name of an agency in one language.' });

const names = z
  .array(localName)
  .min(1)
  .max(20)
  .refine(
    (given) => new Set(given.map(({ language }) => language)).size === given.length,
    'Two names are in the same language.',
  );

const contactPoint = z
  .strictObject({
    kind: z.enum(CONTACT_KINDS).meta({ description: 'email, phone, url or post.' }),
    value: plainText(500).meta({ description: 'The address or number.' }),
  })
  .meta({ id: 'ContactPoint', description: 'Where an agency is reached.' });

const contactPoints = z
  .array(contactPoint)
  .max(20)
  .refine(
    (given) => new Set(given.map(({ kind, value }) => `${kind} ${value}`)).size === given.length,
    'A contact point is named twice.',
  );

const jurisdiction = z
  .string()
  .regex(/^[A-Z]{2}$/, 'Two capital letters (ISO 3166-1 alpha-2).')
  .optional()
  .meta({ description: 'ISO 3166-1 alpha-2; none if not said.' });

export const proposeAgencySchema = z
  .strictObject({
    idempotencyKey,
    code: z
      .string()
      .max(40)
      .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'Capital letters and digits, with hyphens between them.')
      .meta({ description: 'Its handle: KR-FSC.' }),
    names: names.meta({ description: 'What it is called, by language.' }),
    jurisdiction,
    contactPoints: contactPoints.min(1).meta({ description: 'Where it is reached.' }),
    keyFingerprint: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'SHA-256 in small hexadecimal digits, 64 of them.')
      .meta({ description: 'SHA-256 of its public key, in hex, as it told you over another channel.' }),
    administrators: z
      .array(plainText(200))
      .min(2)
      .max(10)
      .meta({ description: 'The names of its first administrators: at least two.' }),
  })
  .meta({ id: 'ProposeAgency', description: 'An agency for which yours vouches.' });

export const proposalActSchema = z
  .strictObject({ idempotencyKey, proposalId: z.uuid().meta({ description: 'The proposal.' }) })
  .meta({ id: 'ProposalAct', description: 'An act on a proposal.' });

export const nameAgencySchema = z
  .strictObject({
    idempotencyKey,
    names: names.meta({ description: 'From now on; names in other languages stay.' }),
  })
  .meta({ id: 'NameAgency', description: 'What your agency is called.' });

export const setContactsSchema = z
  .strictObject({ idempotencyKey, contactPoints: contactPoints.meta({ description: 'All, from now on.' }) })
  .meta({ id: 'SetContacts', description: 'Where your agency is reached.' });

export const setJurisdictionSchema = z
  .strictObject({ idempotencyKey, agencyId: z.uuid().meta({ description: 'An agency.' }), jurisdiction })
  .meta({ id: 'SetJurisdiction', description: 'Where an agency belongs.' });
