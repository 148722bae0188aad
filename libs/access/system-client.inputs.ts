import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { givenKey, publicKeySchema, type GivenKey } from './public-key.js';

const NO_KEY = 'Not a public key of P-256, Ed25519, or RSA with 2048 to 4096 bits.';
const NOT_INBOUND = 'What is posted is signed with a key of P-256 or Ed25519.';

const publicKey = publicKeySchema.transform((given, context): GivenKey => {
  const key = givenKey(given);
  if (key && (key.use !== 'INBOUND' || key.algorithm !== 'PS256')) return key;
  context.addIssue({ code: 'custom', message: key ? NOT_INBOUND : NO_KEY });
  return z.NEVER;
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
    keys: z.array(publicKey).min(1).max(5).meta({ description: 'With which it signs in.' }),
    validUntil: z.date().optional().meta({ description: 'When it ends by itself; never if not said.' }),
  })
  .meta({ id: 'RegisterSystemClient', description: 'A machine of your agency.' });

export const addClientKeySchema = z.strictObject({ idempotencyKey, clientId, key: publicKey }).meta({
  id: 'AddSystemClientKey',
  description: 'One more key; the others stay good until they are revoked.',
});

export const revokeClientKeySchema = z
  .strictObject({
    idempotencyKey,
    clientId,
    kid: z.string().max(100).meta({ description: 'Of the key: its thumbprint.' }),
  })
  .meta({ id: 'RevokeSystemClientKey', description: 'A key that is good no more.' });

export const endClientSchema = z
  .strictObject({ idempotencyKey, clientId })
  .meta({ id: 'EndSystemClient', description: 'A system client that is not to come in again.' });
