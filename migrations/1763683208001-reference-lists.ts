import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Reference lists: what is sanctioned, and the addresses of known services. A version is staged in batches, and takes
 * the place of the one before in one act; of a list of the hub that takes two. An entry is kept with the versions from
 * which and until which it stands, so that a new version writes what changed and nothing else.
 */
export class ReferenceLists1763683208001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(STAGE);
    await runner.query(PUBLISH);
    await runner.query(ROLL_BACK);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** The audience of the hub's lists: every agency. */
const ALL = `'00000000-0000-0000-0000-000000000000'::uuid`;

const COLUMNS = 'place, value, label, service, jurisdiction';

const TABLES = `
  create table reference_list (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    -- Whose look-ups it answers: the nil id for everybody's.
    audience uuid not null,
    name text not null,
    kind text not null check (kind in ('SANCTIONS', 'SERVICE')),
    -- The current one; 0 before the first.
    version int not null default 0,
    made_at timestamptz not null default clock_timestamp(),
    unique (agency_id, audience, name)
  );
  create table reference_list_version (
    id uuid primary key default gen_random_uuid(),
    list_id uuid not null references reference_list,
    agency_id uuid not null references agency,
    audience uuid not null,
    -- Null until it is published.
    number int,
    source text not null,
    licence text,
    retrieved_at timestamptz not null,
    staged_by uuid not null references member,
    staged_at timestamptz not null default clock_timestamp(),
    -- The version whose contents this one has again.
    restores int,
    digest text,
    added int,
    removed int,
    unchanged int,
    published_at timestamptz,
    unique (list_id, number),
    check (num_nulls(number, digest, added, removed, unchanged, published_at) in (0, 6))
  );
  create unique index reference_list_staged on reference_list_version (list_id) where number is null;
  create table reference_list_entry (
    list_id uuid not null references reference_list,
    audience uuid not null,
    since int not null,
    -- The version from which it no longer stands.
    until int,
    place text not null,
    value text not null,
    label text not null,
    service text check (service in ('exchange', 'bridge', 'mixer', 'other')),
    jurisdiction text check (jurisdiction ~ '^[A-Z]{2}$'),
    primary key (list_id, value, place, since)
  );
  create index reference_list_entry_value on reference_list_entry (audience, value) where until is null;
  create table reference_list_row (
    version_id uuid not null references reference_list_version on delete cascade,
    agency_id uuid not null references agency,
    place text not null,
    value text not null,
    label text not null,
    service text,
    jurisdiction text,
    primary key (version_id, value, place)
  );
`;

/** Everybody's once they are published, or one's own. The hub reads what it stages, and no agency's. */
const LISTED = (published: string) =>
  `audience = (select reader()) or audience = ${ALL} and (${published} or agency_id = (select acting()))`;

const POLICIES = [
  protect('reference_list', { select: LISTED('version > 0') }),
  protect('reference_list_version', { select: LISTED('number is not null') }),
  protect('reference_list_entry', { select: `audience = (select reader()) or audience = ${ALL}` }),
  protect('reference_list_row', {
    select: 'exists (select from reference_list_version v where v.id = reference_list_row.version_id)',
  }),
].join('\n');

const STAGE = `
  -- Of the acting member's: the hub's for everybody, an agency's for itself.
  create function list_audience(me member) returns uuid language sql immutable ${DEFINER} as $$
    select case when me.roles @> array['OPERATOR'] then ${ALL} else me.agency_id end
  $$;
  ${gated('list_audience(member)', '')}

  -- With its caller's rights: of what that may read.
  create function list_digest(version uuid) returns text language plpgsql stable as $$
  begin
    return (select encode(sha256(convert_to(coalesce(string_agg(
             concat_ws(E'\\t', place, value, label, coalesce(service, ''), coalesce(jurisdiction, '')), E'\\n'
             order by place collate "C", value collate "C"), ''), 'UTF8')), 'hex')
      from reference_list_row where version_id = version);
  end $$;
  grant execute on function list_digest(uuid) to entente_app, entente_gate;

  create function stage_list(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    l reference_list;
    v reference_list_version;
  begin
    insert into reference_list (agency_id, audience, name, kind)
    values (me.agency_id, list_audience(me), content ->> 'name', content ->> 'kind')
    on conflict (agency_id, audience, name) do nothing;
    select * into l from reference_list where agency_id = me.agency_id and audience = list_audience(me)
       and name = content ->> 'name' for update;
    if l.kind <> content ->> 'kind' then
      perform refuse('EN409', 'input.kind', 'This list is of another kind.');
    end if;
    select * into v from reference_list_version where list_id = l.id and number is null;
    -- Another source, or of another day: what was begun before is given up.
    if found and (v.source, v.retrieved_at) <> (content ->> 'source', (content ->> 'retrievedAt')::timestamptz) then
      delete from reference_list_version where id = v.id;
      v := null;
    end if;
    if v.id is null then
      insert into reference_list_version (list_id, agency_id, audience, source, licence, retrieved_at, staged_by)
      values (l.id, l.agency_id, l.audience, content ->> 'source', content ->> 'licence',
              (content ->> 'retrievedAt')::timestamptz, me.id) returning * into v;
    end if;
    insert into reference_list_row (version_id, agency_id, ${COLUMNS})
    select distinct on (e ->> 'value', e ->> 'place') v.id, me.agency_id, e ->> 'place', e ->> 'value', e ->> 'label', e ->> 'service', e ->> 'jurisdiction'
      from jsonb_array_elements(content -> 'rows') as e
    on conflict (version_id, value, place) do update set label = excluded.label, service = excluded.service,
      jurisdiction = excluded.jurisdiction;
    return v.id;
  end $$;
  ${gated('stage_list(jsonb, member)', '')}

  -- Staging is no act of its own: nothing answers a look-up by it.
  create function stage_reference_list(content jsonb) returns uuid language plpgsql ${DEFINER} as $$
  begin
    return stage_list(content, acting_as(array['OPERATOR', 'CONTRIBUTOR', 'LIAISON']));
  end $$;
  ${gated('stage_reference_list(jsonb)')}
`;

const SAME = `(e.place, e.value, e.label, e.service, e.jurisdiction)
  is not distinct from (n.place, n.value, n.label, n.service, n.jurisdiction)`;

const PUBLISH = `
  -- Makes these the entries of the list from its next version on.
  create function replace_entries(l reference_list, version uuid, hash text) returns void language plpgsql ${DEFINER} as $$
  declare
    next int := l.version + 1;
    gone int;
    new int;
    all_of_it int := (select count(*) from reference_list_row where version_id = version);
  begin
    update reference_list_entry e set until = next where e.list_id = l.id and e.until is null
       and not exists (select from reference_list_row n where n.version_id = version and n.value = e.value
                          and n.place = e.place and ${SAME});
    get diagnostics gone = row_count;
    insert into reference_list_entry (list_id, audience, since, ${COLUMNS})
    select l.id, l.audience, next, ${COLUMNS} from reference_list_row n where n.version_id = version
       and not exists (select from reference_list_entry e where e.list_id = l.id and e.until is null
                          and e.value = n.value and e.place = n.place);
    get diagnostics new = row_count;
    update reference_list_version set number = next, digest = hash, added = new, removed = gone,
           unchanged = all_of_it - new, published_at = clock_timestamp() where id = version;
    update reference_list set version = next where id = l.id;
    delete from reference_list_row where version_id = version;
  end $$;
  ${gated('replace_entries(reference_list, uuid, text)', '')}

  create function open_list(target uuid, me member, path text) returns reference_list language plpgsql ${DEFINER} as $$
  declare
    l reference_list;
  begin
    select * into l from reference_list where id = target and agency_id = me.agency_id
       and audience = list_audience(me) for update;
    if not found then
      perform refuse('EN404', path, 'No such list.');
    end if;
    return l;
  end $$;
  ${gated('open_list(uuid, member, text)', '')}

  create function publish_list(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    l reference_list;
    v reference_list_version;
    hash text;
  begin
    select * into v from reference_list_version where id = (content ->> 'versionId')::uuid and number is null
       and agency_id = me.agency_id and audience = list_audience(me);
    if not found then
      perform refuse('EN404', 'input.versionId', 'No such staged version.');
    end if;
    l := open_list(v.list_id, me, 'input.versionId');
    hash := list_digest(v.id);
    if hash <> content ->> 'digest' then
      perform refuse('EN409', 'input.digest', 'This is not the digest of what is staged: it has changed.');
    end if;
    perform replace_entries(l, v.id, hash);
    return l.id;
  end $$;
  ${gated('publish_list(jsonb, member)', '')}

  -- What all agencies rely on, one alone does not change.
  create function is_for_all(content jsonb, me member) returns boolean language sql immutable ${DEFINER} as $$
    select me.roles @> array['OPERATOR']
  $$;
  ${gated('is_for_all(jsonb, member)', '')}
`;

const ROLL_BACK = `
  create function roll_back_list(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    l reference_list := open_list((content ->> 'listId')::uuid, me, 'input.listId');
    wanted int := (content ->> 'version')::int;
    v reference_list_version;
    made uuid;
  begin
    select * into v from reference_list_version where list_id = l.id and number = wanted;
    if not found then
      perform refuse('EN404', 'input.version', 'No such version of this list.');
    end if;
    if wanted = l.version then
      perform refuse('EN409', 'input.version', 'This is the current version.');
    end if;
    -- What is staged is given up: there is one at a time.
    delete from reference_list_version where list_id = l.id and number is null;
    insert into reference_list_version (list_id, agency_id, audience, source, licence, retrieved_at, staged_by, restores)
    values (l.id, l.agency_id, l.audience, v.source, v.licence, v.retrieved_at, me.id, wanted) returning id into made;
    insert into reference_list_row (version_id, agency_id, ${COLUMNS})
    select made, l.agency_id, ${COLUMNS} from reference_list_entry
     where list_id = l.id and since <= wanted and (until is null or until > wanted);
    perform replace_entries(l, made, list_digest(made));
    return l.id;
  end $$;
  ${gated('roll_back_list(jsonb, member)', '')}
`;

const KEEPERS = ['OPERATOR', 'CONTRIBUTOR', 'LIAISON'];

const ACTS = tellOf(
  { act: 'list.published', roles: KEEPERS, carriesOut: 'publish_list', takesTwo: 'is_for_all' },
  { act: 'list.rolled-back', roles: KEEPERS, carriesOut: 'roll_back_list', takesTwo: 'is_for_all' },
);
