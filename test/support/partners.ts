import { randomUUID } from 'node:crypto';
import { agencyId, type Code } from './roster.js';
import { withClient } from './server.js';
import type { World } from './world.js';

/*
 * What the API does not administer: written straight into the database.
 */

/**
 * One more membership in an agency.
 * @param sameAs the membership of the person whose second one this is; a new person if left out
 * @returns its id
 */
export async function newMember(
  world: World,
  code: Code,
  roles: readonly string[],
  sameAs?: string,
): Promise<string> {
  const id = randomUUID();
  if (sameAs === undefined) {
    await world.sql(
      `with someone as (insert into person (issuer, subject) values ('urn:entente:demo', $1) returning id)
       insert into member (id, agency_id, person_id, name, roles) select $1::uuid, $2, someone.id, 'One more', $3 from someone`,
      [id, agencyId(code), roles],
    );
  } else {
    await world.sql(
      `insert into member (id, agency_id, person_id, name, roles)
       select $1, $2, person_id, 'The same person', $3 from member where id = $4`,
      [id, agencyId(code), roles, sameAs],
    );
  }
  return id;
}

interface Rules {
  purposes?: string[];
  kinds?: string[];
  highestMarking?: string;
  retentionDays?: number;
  /** Hours from now; it began long ago if left out. */
  beginsIn?: number;
  /** Hours from now; for ever if left out. */
  endsIn?: number;
  onEnd?: 'KEEP' | 'STOP' | 'RECALL';
}

/** An arrangement that every party has accepted, for everything but what `rules` says. @returns its id */
export async function newArrangement(
  world: World,
  parties: readonly [Code, Code, ...Code[]],
  rules: Rules = {},
): Promise<string> {
  const id = randomUUID();
  await world.sql(
    `insert into arrangement (id, title, proposed_by, purposes, kinds, highest_marking, retention_days, valid_from,
                              valid_until, on_end)
     values ($1, 'A further arrangement', $2, $3, $4, $5, $6,
             coalesce(now() + make_interval(hours => $7), '2018-01-01'),
             coalesce(now() + make_interval(hours => $8), 'infinity'), $9)`,
    [
      id,
      agencyId(parties[0]),
      rules.purposes ?? ['criminal-investigation', 'policy'],
      rules.kinds ?? ['hack', 'policy-note'],
      rules.highestMarking ?? 'TLP:AMBER+STRICT',
      rules.retentionDays ?? null,
      rules.beginsIn ?? null,
      rules.endsIn ?? null,
      rules.onEnd ?? 'KEEP',
    ],
  );
  await world.sql(
    `insert into arrangement_party (arrangement_id, agency_id, accepted_at) select $1, unnest($2::uuid[]), now()`,
    [id, parties.map(agencyId)],
  );
  return id;
}

/**
 * Ends an arrangement now, as its act will when the API has one: it locks the arrangement, then the findings released
 * under it; and what was released under it ends with it, unless it says KEEP.
 * @returns when, in microseconds since 1970
 */
export const endArrangement = (world: World, id: string): Promise<number> =>
  withClient(world.database.setupUrl, async (client) => {
    await client.query('begin');
    await client.query('select from arrangement where id = $1 for update', [id]);
    await client.query(
      `select from finding where id in (select finding_id from release where arrangement_id = $1) order by id for update`,
      [id],
    );
    const { rows } = await client.query<{ ended: string; at: string }>(
      `update arrangement set valid_until = clock_timestamp() where id = $1
       returning valid_until::text as ended, micros(valid_until) as at`,
      [id],
    );
    const [{ ended, at } = { ended: '', at: '' }] = rows;
    const under = `r.arrangement_id = $1 and r.until > $2
      and exists (select from arrangement a where a.id = $1 and a.on_end <> 'KEEP')`;
    await client.query(
      `update inbox i set until = $2 from release r
        where r.agency_id = i.agency_id and r.revision_id = i.revision_id and ${under}`,
      [id, ended],
    );
    await client.query(`update release r set until = $2 where ${under}`, [id, ended]);
    await client.query('commit');
    return Number(at);
  });

/** Does something while an agency is suspended. */
export async function whileSuspended<T>(world: World, code: Code, fn: () => Promise<T>): Promise<T> {
  const set = (at: string) =>
    world.sql(`update agency set suspended_at = ${at} where id = $1`, [agencyId(code)]);
  await set('now()');
  try {
    return await fn();
  } finally {
    await set('null');
  }
}

/** The agency has a provider of its own, which says who its members are. */
export const withProvider = (world: World, code: Code): Promise<unknown> =>
  world.sql(
    `insert into identity_provider (agency_id, issuer, client_id, sealed_secret, set_by)
     select agency_id, 'https://login.example', 'x', 'x', id from member where agency_id = $1 limit 1
     on conflict do nothing`,
    [agencyId(code)],
  );

/** Does something while an agency's releasers have another cap, or none. */
export async function withCap<T>(
  world: World,
  code: Code,
  cap: { highestMarking: string; widest: number } | null,
  fn: () => Promise<T>,
): Promise<T> {
  const [usual] = await world.sql<{ highest_marking: string; widest: number }>(
    `delete from cap where agency_id = $1 returning highest_marking, widest`,
    [agencyId(code)],
  );
  const give = (highestMarking: string | undefined, widest: number | undefined) =>
    world.sql(`insert into cap (agency_id, role, highest_marking, widest) values ($1, 'RELEASER', $2, $3)`, [
      agencyId(code),
      highestMarking,
      widest,
    ]);
  if (cap) await give(cap.highestMarking, cap.widest);
  try {
    return await fn();
  } finally {
    await world.sql('delete from cap where agency_id = $1', [agencyId(code)]);
    await give(usual?.highest_marking, usual?.widest);
  }
}
