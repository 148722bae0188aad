import { z } from 'zod';
import { idempotencyKey } from '#core';

export const setProviderSchema = z
  .strictObject({
    idempotencyKey,
    issuer: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .refine((url) => !/[?#@]/.test(url), 'No query, no fragment, nobody’s name.')
      .meta({ description: 'Its issuer identifier, exactly as it says itself: https://login.fsc.example' }),
    clientId: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, 'One to 200 printable ASCII characters without spaces.')
      .meta({ description: 'As whom it knows this service.' }),
    clientSecret: z
      .string()
      .regex(/^[\x21-\x7e]{16,500}$/, '16 to 500 printable ASCII characters without spaces.')
      .optional()
      .meta({
        description:
          'What it gave this service to prove that; it is never told again. Left out, the service proves it by a signature (private_key_jwt) with the key at its own `/oauth/jwks`.',
      }),
    acrValues: z
      .array(z.string().regex(/^[\x21-\x7e]{1,200}$/, 'Printable ASCII characters without spaces.'))
      .max(10)
      .optional()
      .meta({
        description:
          'How a member must have signed in there (`acr`): one of these, the best first. Left out, as the provider sees fit.',
      }),
  })
  .meta({ id: 'SetIdentityProvider', description: 'Where the members of your agency prove who they are.' });

export const removeProviderSchema = z
  .strictObject({ idempotencyKey })
  .meta({ id: 'RemoveIdentityProvider', description: 'Nobody of your agency signs in by a provider then.' });
