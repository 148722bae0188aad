import { agencyId, arrangementId } from './roster.js';
import type { World } from './world.js';

export const MANY = 100_000;
/** Of the findings of KR-FSC, JP-NPA holds half, CN-CAMLMAC a third, US-TFI one in a thousand. */
const HOLDERS = `
  select '${agencyId('JP-NPA')}'::uuid as agency_id, * from made where chance < 0.5
  union all select '${agencyId('CN-CAMLMAC')}', * from made where chance between 0.4 and 0.7333
  union all select '${agencyId('US-TFI')}', * from made where n % 1000 = 500`;

/** An incident that 200 of the findings are about, and an account that 20 of them have. */
export const INCIDENT = '00000000-0000-4000-8009-000000000007';
export const ACCOUNT = 'example.org/7';

const PARTS = [
  // Released up to three days after the one before it in the table: neighbours in a list are none in the table.
  `create temp table made as
    select n, gen_random_uuid() as finding_id, gen_random_uuid() as revision_id, random() as chance,
           timestamptz '2025-01-01Z' + n * interval '1 minute' + random() * interval '3 days' as at,
           (array['hack', 'phishing-attempt', 'laundering-flow', 'policy-note'])[1 + n % 4] as kind,
           (array['TLP:GREEN', 'TLP:AMBER'])[1 + n % 2] as marking,
           timestamptz '2018-01-01Z' + n % 2000 * interval '1 day' as happened
      from generate_series(1, ${MANY}) as n`,
  `insert into finding (id, agency_id, last_at, released_revision_id)
    select finding_id, '${agencyId('KR-FSC')}', at, revision_id from made`,
  `insert into revision (id, finding_id, agency_id, document, hash, kind, titles, happened_from, happened_until)
    select revision_id, finding_id, '${agencyId('KR-FSC')}',
           json_build_object('format', 'entente.finding/1', 'salt', n::text, 'kind', kind,
             'marking', json_build_object('tlp', marking, 'handling', json_build_array('H1'), 'pap', 'PAP:AMBER', 'purposes', json_build_array('policy')),
             'texts', json_build_array(json_build_object('language', 'en', 'origin', 'original', 'title', 'Theft ' || n, 'body', repeat('A theft. ', 9)))),
           'none', kind, 'theft ' || n, happened, happened + interval '1 day' from made`,
  `insert into release (agency_id, revision_id, finding_id, author_id, marking, handling, pap, purpose, arrangement_id, released_at, until)
    select agency_id, revision_id, finding_id, '${agencyId('KR-FSC')}', marking, '{H1}', 'PAP:AMBER', 'policy', '${arrangementId(1)}', at, 'infinity'
      from (${HOLDERS}) as held order by n`,
  `insert into inbox (agency_id, finding_id, revision_id, author_id, state, kind, marking, titles, happened_from, happened_until, listed_at)
    select agency_id, finding_id, revision_id, '${agencyId('KR-FSC')}', 'RELEASED', kind, marking, 'theft ' || n, happened, happened + interval '1 day', at
      from (${HOLDERS} union all select '${agencyId('KR-FSC')}', * from made) as listed order by n`,
  `insert into revision_incident (revision_id, agency_id, incident_id)
    select revision_id, '${agencyId('KR-FSC')}', ('00000000-0000-4000-8009-' || lpad((n % 500)::text, 12, '0'))::uuid from made`,
  `insert into finding_indicator (revision_id, position, agency_id, key, role)
    select revision_id, 0, '${agencyId('KR-FSC')}', 'account||example.org/' || n % 5000, 'suspect' from made`,
  // As its triggers would have kept them: in this session they are off.
  `insert into seen_indicator (agency_id, finding_id, position, place, value, roles, revision_id, listed_at, until)
    select i.agency_id, i.finding_id, 0, indicator_place(key), indicator_value(key), array[role], i.revision_id, i.listed_at, i.until
      from inbox i join finding_indicator x on x.revision_id = i.revision_id order by i.finding_id`,
  `insert into seen_incident (agency_id, finding_id, incident_id, revision_id, listed_at, until)
    select i.agency_id, i.finding_id, incident_id, i.revision_id, i.listed_at, i.until
      from inbox i join revision_incident x on x.revision_id = i.revision_id order by i.finding_id`,
];

/** Writes them straight into the database, as they stand after their release; the acts one by one would take an hour. */
export async function loadMany(world: World): Promise<void> {
  await world.sql(
    `begin; set local session_replication_role = replica; set local work_mem = '64MB'; select setseed(0.5);
     ${PARTS.join(';\n')}; drop table made; commit`,
  );
  await world.sql('vacuum analyze');
}
