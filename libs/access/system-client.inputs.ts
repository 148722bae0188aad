import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { strangersUrl } from '#outbound';
import { givenKey, publicKeySchema, type GivenKey } from './public-key.js';

const NO_KEY = 'Not a public key of P-256, Ed25519, or RSA with 2048 to 4096 bits.';
const NOT_INBOUND = 'What is posted is signed with a key of P-256 or Ed25519.';

const publicKey = publicKeySchema.transform((given, context): GivenKey => {
  const key = givenKey(given);
  if (key && (key.use !== 'INBOUND' || key.algorithm !== 'PS256')) return key;
  context.addIssue({ code: 'custom', message: key ? NOT_INBOUND : NO_KEY });
  return z.NEVER;
});

const jwksUri = strangersUrl.meta({
  description: 'Where its keys are for tokens (RFC 7517): https, port 443 or 8443, the name of a host.',
});

const clientId = z.uuid().meta({ description: 'The system client.' });

/** What a machine may do: release and administer are for people. */
const CLIENT_ROLES = ['ANALYST', 'CONTRIBUTOR'] as const;

export const registerClientSchema = z
  .strictObject({
    idempotencyKey,
    name: plainText(200).meta({ description: 'What your agency calls it.' }),
    roles: z
      .array(z.enum(CLIENT_ROLES))
      .min(1)
      .max(CLIENT_ROLES.length)
      .meta({ description: 'What it may do.' }),
    keys: z.array(publicKey).max(5).default([]).meta({ description: 'With which it signs in.' }),
    jwksUri: jwksUri.optional(),
    validUntil: z.date().optional().meta({ description: 'When it ends by itself; never if not said.' }),
  })
  .refine(({ keys, jwksUri: uri }) => keys.length > 0 || uri !== undefined, {
    path: ['keys'],
    message: 'Give a key, or the address of a JWKS.',
  })
  .meta({ id: 'RegisterSystemClient', description: 'A machine of your agency.' });

export const addClientKeySchema = z
  .strictObject({ idempotencyKey, clientId, key: publicKey.optional(), jwksUri: jwksUri.optional() })
  .refine(({ key, jwksUri: uri }) => (key === undefined) !== (uri === undefined), {
    path: ['key'],
    message: 'Give a key, or the address of a JWKS; one of the two.',
  })
  .meta({
    id: 'AddSystemClientKey',
    description: 'One more key, or one more address of keys; the others stay good until they are revoked.',
  });

export const revokeClientKeySchema = z
  .strictObject({
    idempotencyKey,
    clientId,
    kid: z
      .string()
      .max(100)
      .meta({ description: 'Of the key, its thumbprint; or the id of a JWKS address.' }),
  })
  .meta({ id: 'RevokeSystemClientKey', description: 'A key that is good no more.' });

export const endClientSchema = z
  .strictObject({ idempotencyKey, clientId })
  .meta({ id: 'EndSystemClient', description: 'A system client that is not to come in again.' });
