import { getDomain } from 'tldts';
import { z } from 'zod';
import { idempotencyKey, plainText } from '#core';
import { strangersUrl } from '#outbound';

const webhookId = z.uuid().meta({ description: 'A webhook of your agency.' });

/** The database reads its host. */
const url = strangersUrl.meta({
  description: 'https, port 443 or 8443, a name under a domain your agency registered.',
});

const description = plainText(200).meta({ description: 'What your agency calls it.' });
const eventTypes = z
  .array(z.string().regex(/^[a-z-]{1,50}\.[a-z-]{1,50}$/, 'An event is named as `finding.released` is.'))
  .max(50)
  .meta({ description: 'Which events; none for all.' });
const payload = z.enum(['THIN', 'FULL']).meta({
  id: 'WebhookPayload',
  description:
    'THIN: id, type, position and time, to be asked about. FULL: also what it is about, where its marking allows that.',
});
const inFlight = z.int().min(1).max(64).meta({ description: 'Requests under way at a time, at most.' });
const perSecond = z.int().min(1).max(1_000).meta({ description: 'Requests a second, at most.' });

export const registerWebhookDomainSchema = z
  .strictObject({
    idempotencyKey,
    domain: z
      .string()
      .max(253)
      .toLowerCase()
      .refine(isOnesOwn, 'Not a domain that somebody can register, nor a name under one.')
      .meta({ description: 'One of your agency, in ASCII. Names under it are meant, too.' }),
  })
  .meta({ id: 'RegisterWebhookDomain', description: 'A domain of your agency.' });

/** `go.kr` is everybody’s; `fsc.go.kr` is one agency’s. */
function isOnesOwn(domain: string): boolean {
  return (
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain) && getDomain(domain, { allowPrivateDomains: true }) !== null
  );
}

export const endWebhookDomainSchema = z
  .strictObject({
    idempotencyKey,
    domainId: z.uuid().meta({ description: 'A domain your agency registered.' }),
  })
  .meta({ id: 'EndWebhookDomain', description: 'A domain under which no webhook of yours is to lie.' });

export const registerWebhookSchema = z
  .strictObject({
    idempotencyKey,
    url,
    description,
    eventTypes: eventTypes.default([]),
    payload: payload.default('THIN'),
    inFlight: inFlight.default(8),
    perSecond: perSecond.default(50),
  })
  .meta({ id: 'RegisterWebhook', description: 'An address for the events of your feed.' });

export const changeWebhookSchema = z
  .strictObject({
    idempotencyKey,
    webhookId,
    url: url.optional(),
    description: description.optional(),
    eventTypes: eventTypes.optional(),
    payload: payload.optional(),
    inFlight: inFlight.optional(),
    perSecond: perSecond.optional(),
  })
  .meta({ id: 'ChangeWebhook', description: 'What is to be otherwise; the rest stays.' });

export const webhookActSchema = z
  .strictObject({ idempotencyKey, webhookId })
  .meta({ id: 'WebhookAct', description: 'An act on a webhook.' });

export const makeWebhookSecretSchema = z
  .strictObject({
    idempotencyKey,
    webhookId,
    overlapHours: z
      .int()
      .min(0)
      .max(720)
      .default(24)
      .meta({ description: 'For how long the secrets before it sign, too.' }),
  })
  .meta({ id: 'MakeWebhookSecret', description: 'A new secret for a webhook.' });

const pem = (longest: number, description: string) =>
  z.string().max(longest, `At most ${longest} characters.`).meta({ description });

export const setWebhookCertificateSchema = z
  .strictObject({
    idempotencyKey,
    webhookId,
    certificate: pem(20_000, 'PEM: the certificate first, then those between it and its authority.'),
    key: pem(10_000, 'PEM, not encrypted. It is sealed, and shown to nobody.'),
  })
  .meta({
    id: 'SetWebhookCertificate',
    description: 'With what this service proves itself to a webhook that asks for a certificate.',
  });

const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const resendWebhookSchema = z
  .strictObject({
    idempotencyKey,
    webhookId,
    position: position.min(1).meta({ description: 'The place in the feed of what is to go once more.' }),
  })
  .meta({ id: 'ResendWebhook', description: 'A delivery to be made once more.' });

export const replayWebhookSchema = z
  .strictObject({
    idempotencyKey,
    webhookId,
    afterPosition: position.optional().meta({ description: 'Everything behind this place in the feed.' }),
    since: z.date().optional().meta({ description: 'Everything from this time on.' }),
  })
  .refine(({ afterPosition, since }) => (afterPosition === undefined) !== (since === undefined), {
    path: ['afterPosition'],
    message: 'Say `afterPosition` or `since`.',
  })
  .meta({ id: 'ReplayWebhook', description: 'Deliveries to be made once more, in their order.' });
