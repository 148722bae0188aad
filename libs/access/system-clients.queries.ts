import type { PageRequest, Reader } from '#core';
import type { Listed } from './administration.queries.js';
import type { SystemClientType } from './system-client.type.js';

/** A client as its list reads it: times as text, for they come inside JSON too. */
type Row = Omit<SystemClientType, 'keys' | 'jwksAddresses'> & {
  key: string;
  keys: {
    kid: string;
    algorithm: string;
    use: string;
    addedAt: string;
    validUntil: string | null;
    revokedAt: string | null;
    lastUsedAt: string | null;
  }[];
  jwksAddresses: {
    id: string;
    uri: string;
    addedAt: string;
    revokedAt: string | null;
    lastUsedAt: string | null;
  }[];
};

/** Row security leaves those of one's own agency. */
const CLIENT = `
  select c.id, m.name, m.roles, c.registered_at as "registeredAt", c.registered_by as "registeredBy",
         nullif(m.valid_until, 'infinity') as "validUntil", m.ended_at as "endedAt", c.last_used_at as "lastUsedAt",
         micros(c.registered_at)::text as key,
         (select coalesce(json_agg(json_build_object('kid', k.kid, 'algorithm', k.algorithm, 'use', k.use, 'addedAt', k.added_at,
                    'validUntil', nullif(k.valid_until, 'infinity'), 'revokedAt', k.revoked_at,
                    'lastUsedAt', k.last_used_at)
                  order by k.added_at, k.kid), '[]')
            from client_key k where k.client_id = c.id and k.jwk is not null) as keys,
         (select coalesce(json_agg(json_build_object('id', k.kid, 'uri', k.jwks_uri, 'addedAt', k.added_at,
                    'revokedAt', k.revoked_at, 'lastUsedAt', k.last_used_at) order by k.added_at, k.kid), '[]')
            from client_key k where k.client_id = c.id and k.jwks_uri is not null) as "jwksAddresses"
    from system_client c join member m using (id)`;

export async function clientPage(
  reader: Reader,
  { first, after }: PageRequest,
): Promise<Listed<SystemClientType>[]> {
  const rows = await reader.rows<Row>(
    `${CLIENT} where c.agency_id = (select acting())
        and ($1::bigint is null or (c.registered_at, c.id) < (instant($1), $2::uuid))
      order by c.registered_at desc, c.id desc limit $3`,
    [after?.key ?? null, after?.id ?? null, first + 1],
  );
  return rows.map(clientOf);
}

const clientOf = ({ keys, jwksAddresses, ...client }: Row): Listed<SystemClientType> => ({
  ...client,
  jwksAddresses: jwksAddresses.map(({ addedAt, revokedAt, lastUsedAt, ...address }) => ({
    ...address,
    addedAt: new Date(addedAt),
    revokedAt: timeOf(revokedAt),
    lastUsedAt: timeOf(lastUsedAt),
  })),
  keys: keys.map(({ addedAt, validUntil, revokedAt, lastUsedAt, ...key }) => ({
    ...key,
    addedAt: new Date(addedAt),
    validUntil: timeOf(validUntil),
    revokedAt: timeOf(revokedAt),
    lastUsedAt: timeOf(lastUsedAt),
  })),
});

const timeOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
