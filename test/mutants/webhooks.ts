import { changed, type Mutant } from './mutant.js';

/*
 * What a webhook's signature proves, and where a delivery may go. Left out: the look at the peer after connecting, for
 * no socket of Node is connected to another address than it was told; the role that makeWebhookSecret names, for the
 * database asks for the same and answers the same.
 */

const LEASES = 'migrations/1763683250000-webhook-leases.ts';

export const webhooks: Mutant[] = [
  ...changed('integrity', 'libs/signatures/signature.ts', 'libs/signatures/signature', [
    ['a stale delivery is believed', 'if (timestamp < now - TOLERANCE)', 'if (timestamp < 0)'],
    ['a delivery from the future is believed', 'if (timestamp > now + TOLERANCE)', 'if (timestamp < 0)'],
    ['any signature is believed', 'if (!by)', 'if (by === null)'],
    ['the id is not signed', '`${id}.${time}.`', '`${time}.`'],
    [
      'the secret is what stands after its prefix, as text',
      'createSecretKey(bytes)',
      'createSecretKey(Buffer.from(text))',
    ],
  ]),
  ...changed('integrity', 'libs/core/addresses.ts', 'libs/core/addresses', [
    ['any IPv6 address is anyone’s', '!parsed.match(GLOBAL_IPV6, 3)', 'false'],
    ['any IPv4 address is anyone’s', "parsed.range() === 'unicast' &&", ''],
  ]),
  ...changed('integrity', 'libs/outbound/connections.ts', 'webhook-sender', [
    ['a webhook goes inside', 'isAllowed ? undefined :', 'host ? undefined :'],
    [
      'one good address is enough',
      'addresses.find((address) => !isGlobalUnicast(address))',
      'addresses.every((address) => !isGlobalUnicast(address)) ? addresses[0] : undefined',
    ],
    ['the name is asked for again', 'lookup: pinned(addresses),', ''],
    [
      'any certificate is believed',
      'maxCachedSessions: 0,',
      'maxCachedSessions: 0, rejectUnauthorized: false,',
    ],
    ['headers of any size are read', 'maxHeaderSize: MOST_HEADERS,', 'maxHeaderSize: 2 ** 30,'],
  ]),
  ...changed('integrity', 'libs/outbound/sender.ts', 'webhook-sender', [
    ['an answer has no deadline', '}, answerWithin);', '}, 2 ** 30);'],
    ['an endless answer is read', 'if (read < Math.max(READ, keeps)) return;', 'if (read > 0) return;'],
  ]),
  ...changed('permission', 'migrations/1763683207000-webhooks.ts', 'webhooks', [
    ['a webhook lies anywhere', 'if not under_own_domain(url, me.agency_id) then', 'if false then'],
    ['under a domain of any agency', 'where d.agency_id = agency and', 'where'],
    ['under a domain that has ended', 'd.agency_id = agency and d.ended_at is null', 'd.agency_id = agency'],
    ['a name that only ends as a domain does', "= '.' || d.domain)", "like '%' || d.domain)"],
    ['another URL is done by one', "content ->> 'url' <> w.url or", ''],
    ['full payloads are done by one', "or content ->> 'payload' = 'FULL' and w.payload <> 'FULL'", ''],
    [
      'any number of webhooks',
      'from webhook where agency_id = me.agency_id and ended_at is null) > 20',
      'from webhook where false) > 20',
    ],
  ]),
  ...changed('policy', 'migrations/1763683207000-webhooks.ts', 'database', [
    [
      'webhooks of another agency',
      "'agency_id = (select acting()) and (select oversees())'",
      "'(select oversees())'",
    ],
    [
      'any role reads webhooks',
      "'agency_id = (select acting()) and (select oversees())'",
      "'agency_id = (select acting())'",
    ],
    ['the database takes any URL', 'if host_of(url) is null then', 'if false then'],
  ]),
  ...changed('permission', 'libs/webhooks/webhooks.resolver.ts', 'access-matrix', [
    [
      'every role lists webhooks',
      "@Allow('AGENCY_ADMIN', 'AUDITOR')\n  webhooks(",
      "@Allow('AGENCY_ADMIN', 'AUDITOR', 'ANALYST')\n  webhooks(",
    ],
    [
      'every role lists domains',
      "@Allow('AGENCY_ADMIN', 'AUDITOR')\n  webhookDomains(",
      "@Allow('AGENCY_ADMIN', 'AUDITOR', 'ANALYST')\n  webhookDomains(",
    ],
  ]),
  ...changed('permission', 'migrations/1763683207001-webhook-secrets.ts', 'database', [
    [
      'every role makes secrets',
      "acting_as('{AGENCY_ADMIN}');\n    w webhook := open_webhook(jsonb_build_object('webhookId', keep",
      "acting_as('{AGENCY_ADMIN,RELEASER,OPERATOR}');\n    w webhook := open_webhook(jsonb_build_object('webhookId', keep",
    ],
  ]),
  ...changed('integrity', 'migrations/1763683207001-webhook-secrets.ts', 'webhook-secrets', [
    [
      'those before sign for ever',
      'update webhook_secret s set ends_at = ends',
      'update webhook_secret s set ends_at = null',
    ],
    [
      'what has ended still signs',
      'select * from webhook_key where ends_at is null or ends_at > clock_timestamp()',
      'select * from webhook_key where true',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/service-keys.ts', 'webhook-secrets', [
    [
      'another public half is believed',
      'if (publicKeyOf(privateKey) !== key.publicKey)',
      'if (privateKey === key.publicKey)',
    ],
    [
      'any key of the configuration will do',
      'if (rows.some(({ keyId }) => !ring.has(keyId)))',
      'if (rows.length < 0)',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/webhook-secrets.service.ts', 'webhook-secrets', [
    ['a secret is told again', 'if (made !== id)', "if (made === '')"],
  ]),
  ...changed('integrity', 'migrations/1763683207002-webhook-dispatch.ts', 'webhook-delivery', [
    ['a replay from before takes one', 'replayed_from(content, me) < d.begins)', 'false)'],
    [
      'a resend reaches behind the beginning',
      'wanted between d.begins + 1 and d.position',
      'wanted <= d.position',
    ],
  ]),
  ...changed('permission', LEASES, 'webhooks', [
    [
      'the end of a domain ends nothing',
      'ended_at is null and not under_own_domain(url, me.agency_id)\n         and reason',
      'false\n         and reason',
    ],
    ['nobody is told that it is disabled', "perform tell_of_webhook(disabled, 'webhook.disabled');", 'null;'],
    [
      'a disabled webhook is resumed outside its domains',
      'if not under_own_domain(w.url, me.agency_id) then',
      'if false then',
    ],
    ['another URL needs no proof', 'case when elsewhere then null else w.proven_at end', 'w.proven_at'],
    ['who sent to another URL decides still', 'set fence = d.fence + 1,', 'set fence = d.fence,'],
  ]),
  ...changed('policy', LEASES, 'database', [
    [
      "another agency's webhook is changed",
      'and agency_id = me.agency_id\n       and ended_at is null for no key update',
      'and ended_at is null for no key update',
    ],
    [
      "another agency's domain is ended",
      'where id = target and agency_id = me.agency_id and',
      'where id = target and',
    ],
  ]),
  ...changed('integrity', LEASES, 'webhook-delivery', [
    ['what was recalled goes out', 'i.finding_id is null as gone', 'false as gone'],
  ]),
  ...changed('policy', LEASES, 'webhook-trouble', [
    [
      'what is closed goes out',
      'and i.until > clock_timestamp() and not i.closed',
      'and i.until > clock_timestamp()',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/endpoint.ts', 'webhook-trouble', [
    ['what was not written down is passed over', 'this.isLost = true;', ''],
    [
      'a refused delivery holds up the rest',
      'const isRefused = isOfDelivery(attempt);',
      'const isRefused = false;',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/dispatcher.ts', 'webhook-trouble', [
    ['those that nobody proves take every place', 'this.had + MORE', 'MORE'],
    ['what does not open stops all', 'return { webhook, keys: [] };', 'throw error;'],
  ]),
  ...changed('permission', 'migrations/1763683240000-webhook-certificates.ts', 'webhook-certificates', [
    [
      'a certificate is set by one',
      "carriesOut: 'set_webhook_certificate' }",
      "carriesOut: 'set_webhook_certificate', takesTwo: 'never' }",
    ],
    [
      'an older certificate takes the place of a newer',
      'c.webhook_id = w.id and c.id <> chosen',
      'c.webhook_id = w.id and c.id <> chosen and c.used_from is not null',
    ],
    ['any number of keys wait', 'c.used_from is null) >= 5', 'false) >= 5'],
    [
      'a key outlives its webhook',
      'delete from webhook_certificate where webhook_id = w.id;\n    return w.id;',
      'return w.id;',
    ],
    [
      'certificates are not sealed anew',
      'union all select c.id, c.sealed from webhook_certificate c where c.key_id = under',
      '',
    ],
    ['its end is told again and again', 'and c.told_at is null', ''],
  ]),
  ...changed('policy', 'migrations/1763683240000-webhook-certificates.ts', 'database', [
    [
      'certificates of another agency',
      'using (agency_id = (select acting()) and (select oversees()))',
      'using ((select oversees()))',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/given-certificate.ts', 'webhook-certificates', [
    ['anything beside a certificate is kept', 'if (!CERTIFICATES.test(pem))', "if (pem === '')"],
    ['the key of another certificate', 'if (!own?.checkPrivateKey(privateKey))', 'if (!own)'],
    ['one that has ended', '|| own.validToDate <= now', ''],
    ['one that has not begun', 'own.validFromDate > now ||', ''],
    ['a certificate with a short key', 'modulusLength >= SHORTEST &&', ''],
  ]),
  ...changed('integrity', 'libs/webhooks/endpoint.ts', 'webhook-certificates', [
    ['no certificate is shown', 'make, this.webhook.certificate)', 'make)'],
  ]),
  ...changed('integrity', 'libs/webhooks/dispatcher.ts', 'webhook-certificates', [
    [
      'a certificate is shown to another webhook',
      'certificates.get(webhook.id), own',
      '[...certificates.values()][0], own',
    ],
  ]),
  ...changed('integrity', 'libs/webhooks/proofs.ts', 'webhook-delivery', [
    ['nobody needs to consent', "allowed === origin || allowed === '*' ? null", "origin !== '' ? null"],
  ]),
  ...changed('integrity', 'libs/webhooks/waiting.ts', 'webhook-delivery', [
    ['what concerns its finding goes on', 'if (!this.places.has(delivery.subjectId)) return', 'return'],
  ]),
  ...changed('integrity', 'libs/webhooks/endpoint.ts', 'webhook-delivery', [
    ['410 is a failure as others', 'if (status === 410)', 'if (status === 9)'],
    ['what stopped once stays so', 'if (this.isStopped || !isSame ||', 'if (!isSame ||'],
  ]),
  ...changed('integrity', 'libs/webhooks/settlements.ts', 'webhook-delivery', [
    [
      'one that cannot be written stops all',
      '() => Promise.all(waiting.map((one, n) => this.alone(one, settled[n]))),',
      '(error: unknown) => waiting.forEach(({ reject }) => reject(error)),',
    ],
  ]),
  ...changed('integrity', 'libs/core/config.ts', 'demo-mode', [
    ['what the demo sends elsewhere, everybody may', "if (demo !== '1' &&", "if (demo === 'no' &&"],
  ]),
  ...changed('integrity', 'libs/outbound/destination.ts', 'webhook-sender', [
    ['any scheme', "if (url.protocol !== 'https:') throw", "if (url.protocol === 'x:') throw"],
    ['any port', 'if (!PORTS.includes(port))', "if (port === 'x')"],
    ['an address instead of a name', 'if (isIP(hostOf(url)) !== 0)', 'if (isIP(hostOf(url)) === 9)'],
    ['a user and a password', "if (url.username !== '' || url.password !== '')", "if (url.username === 'x')"],
  ]),
];
