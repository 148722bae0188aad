import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER } from './policies.js';

/**
 * Whether a recipient holds what a revision rests on is asked last. Asked before, a release that something else refused
 * (a time that has passed, a further recipient, the cap) told that an agency holds a revision, and left no trace.
 */
export class BasisLast1763683200005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Only its owner replaces a function; its grants stay.
    await runner.query('set local role entente_gate');
    await runner.query(RELEASE_ONE);
    await runner.query(RELEASE);
    await runner.query('reset role');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

/** As in the migration before, less the basis. */
const RELEASE_ONE = `
  create or replace function release_to(f finding, rev revision, wish jsonb, path text, at timestamptz) returns void
    language plpgsql ${DEFINER} as $$
  declare
    recipient uuid := (wish ->> 'agencyId')::uuid;
    own json := rev.document -> 'marking';
    own_handling text[] := array(select json_array_elements_text(own -> 'handling'));
    own_purposes text[] := array(select json_array_elements_text(own -> 'purposes'));
    tlp text := coalesce(wish ->> 'tlp', own ->> 'tlp');
    use text := coalesce(wish ->> 'pap', own ->> 'pap');
    use_for text[] := case when wish ? 'purpose' then array[wish ->> 'purpose'] else own_purposes end;
    handling text[] := own_handling;
    highest text := (select highest_marking from cap where cap.agency_id = f.agency_id and cap.role = 'RELEASER');
    ends timestamptz;
    g record;
  begin
    if recipient = f.agency_id then
      perform refuse('EN422', path || '.agencyId', 'A finding is released to other agencies.');
    end if;
    if not exists (select from known_agencies() as known where known = recipient) then
      perform refuse('EN404', path || '.agencyId', 'No such agency.');
    end if;
    if wish ? 'handling' then
      handling := array(select jsonb_array_elements_text(wish -> 'handling'));
    end if;
    if marking_rank(tlp) < marking_rank(own ->> 'tlp') or pap_rank(use) < pap_rank(own ->> 'pap')
       or not handling @> own_handling or not use_for <@ own_purposes then
      perform refuse('EN422', path, 'A release may be stricter than its revision, never looser.');
    end if;
    if tlp = 'TLP:RED' then
      perform refuse('EN422', path || '.tlp', 'TLP:RED needs named readers, which cannot be enforced yet: it is not released.');
    end if;
    if marking_rank(tlp) > marking_rank(highest) then
      perform refuse('EN422', path || '.tlp', format('Your agency caps its releasers at %s.', highest));
    end if;
    select * into g from release_grounds(rev.kind, use_for, tlp, (wish ->> 'arrangementId')::uuid) as grounds
     where grounds.agency_id = recipient;
    if not found then
      perform refuse('EN404', path || '.arrangementId', 'No such arrangement.');
    end if;
    if g.ground is not null then
      perform refuse('EN422', path || '.agencyId', format('Cannot be released to this agency: %s.', g.ground));
    end if;
    ends := least((wish ->> 'until')::timestamptz, f.expires_at, g.until);
    if ends <= at then
      perform refuse('EN422', path || '.until', 'This time has passed.');
    end if;

    insert into release as r (agency_id, revision_id, finding_id, author_id, marking, handling, pap, purpose,
                              arrangement_id, conditions, released_at, until)
    values (recipient, rev.id, f.id, f.agency_id, tlp, handling, use, g.purpose,
            g.arrangement_id, wish ->> 'conditions', at, ends)
    on conflict (agency_id, revision_id) do update set marking = excluded.marking, handling = excluded.handling,
      pap = excluded.pap, purpose = excluded.purpose, arrangement_id = excluded.arrangement_id,
      conditions = excluded.conditions, released_at = excluded.released_at, until = excluded.until;
    insert into inbox as i (agency_id, finding_id, revision_id, author_id, state, kind, marking, titles,
                            happened_from, happened_until, listed_at, until)
    values (recipient, f.id, rev.id, f.agency_id, 'RELEASED', rev.kind, tlp, rev.titles,
            rev.happened_from, rev.happened_until, at, ends)
    on conflict (agency_id, finding_id) do update set revision_id = excluded.revision_id, state = excluded.state,
      kind = excluded.kind, marking = excluded.marking, titles = excluded.titles,
      happened_from = excluded.happened_from, happened_until = excluded.happened_until,
      listed_at = excluded.listed_at, until = excluded.until;
    delete from withdrawn where agency_id = recipient and finding_id = f.id;
    -- Now that it holds this finding, it may learn which of its others this one supersedes.
    update inbox set superseded_by = f.id
     where agency_id = recipient and finding_id in (select id from finding where superseded_by = f.id);
  end $$;
`;

/** As in the migration before, and the basis last. */
const RELEASE = `
  create or replace function release_revision(target uuid, recipients jsonb, without uuid[])
    returns table (finding_id uuid, at timestamptz, agencies uuid[]) language plpgsql ${DEFINER} as $$
  declare
    rev revision;
    f finding;
    s sheet;
    named uuid[] := array(select (wish ->> 'agencyId')::uuid from jsonb_array_elements(recipients) as wish);
    holders uuid[];
    widest int;
    happened timestamptz;
  begin
    select * into rev from revision where id = target and agency_id = (select reader());
    if not found then
      perform refuse('EN404', 'input.revisionId', 'No such revision.');
    end if;
    f := open_finding(rev.finding_id, 'input.revisionId');
    select * into s from sheet where revision_id = target;
    select cap.widest into widest from cap where cap.agency_id = f.agency_id and cap.role = 'RELEASER';
    if widest is null then
      perform refuse('EN403', '', 'Your agency has given its releasers no cap, so they may release nothing.');
    end if;
    if s.state = 'DRAFT' then
      perform refuse('EN409', 'input.revisionId', 'This revision was not submitted for review.');
    end if;
    if f.superseded_by is not null or f.expires_at <= clock_timestamp() then
      perform refuse('EN409', 'input.revisionId', 'This finding was superseded or has expired.');
    end if;
    if exists (select from sheet where sheet.finding_id = f.id and number > s.number and state = 'RELEASED') then
      perform refuse('EN409', 'input.revisionId', 'A later revision has been released.');
    end if;
    if exists (select from sheet join member on member.id = sheet.drafted_by
                where sheet.finding_id = f.id and number <= s.number
                  and member.person_id = (select person_id from member where id = acting_member())) then
      perform refuse('EN409', 'input.revisionId', 'A second person releases: you wrote part of this finding.');
    end if;
    if exists (select from rests_on where revision_id = rev.id and not holds(f.agency_id, basis_id)) then
      perform refuse('EN409', 'input.revisionId', 'This revision rests on one that your agency no longer holds.');
    end if;
    if cardinality(named) = 0 then
      perform refuse('EN422', 'input.recipients', 'Name at least one recipient.');
    end if;
    if cardinality(named) <> (select count(distinct a) from unnest(named) as a) then
      perform refuse('EN422', 'input.recipients', 'An agency is named twice.');
    end if;

    holders := array(select agency_id from inbox where inbox.finding_id = f.id and agency_id <> f.agency_id
                      and until > clock_timestamp() and revision_id <> target);
    if not holders <@ (named || without) or named && without then
      perform refuse('EN409', 'input.without',
        'Say of every agency that holds an earlier revision whether it gets this one: in recipients or in without.');
    end if;
    if not without <@ holders then
      perform refuse('EN404', 'input.without', 'No such holder of an earlier revision.');
    end if;

    happened := act_time(f);
    for i in 0 .. jsonb_array_length(recipients) - 1 loop
      perform release_to(f, rev, recipients -> i, format('input.recipients[%s]', i), happened);
    end loop;
    if (select count(*) from inbox where inbox.finding_id = f.id and agency_id <> f.agency_id
          and until > clock_timestamp()) > widest then
      perform refuse('EN422', 'input.recipients', format('Your agency caps a release at %s agencies.', widest));
    end if;
    -- Last of all, and not which of several: that an agency holds a basis is told by a release that is done, and is in
    -- the ledgers.
    if exists (select from rests_on, unnest(named) as recipient
                where revision_id = rev.id and not holds(recipient, basis_id)) then
      if cardinality(named) = 1 then
        perform refuse('EN422', 'input.recipients[0].agencyId', 'Cannot be released to this agency: BASIS_NOT_HELD.');
      end if;
      perform refuse('EN422', 'input.recipients', 'Cannot be released to all of these agencies: BASIS_NOT_HELD.');
    end if;

    update sheet set state = 'RELEASED', released_by = coalesce(released_by, acting_member()),
                     released_at = coalesce(released_at, happened) where revision_id = target;
    update finding set last_at = happened, released_revision_id = target, recalled_at = null where id = f.id;
    update inbox set revision_id = target, state = 'RELEASED', kind = rev.kind,
                     marking = rev.document -> 'marking' ->> 'tlp', titles = rev.titles,
                     happened_from = rev.happened_from, happened_until = rev.happened_until,
                     listed_at = case when s.state = 'RELEASED' then listed_at else happened end
     where agency_id = f.agency_id and inbox.finding_id = f.id;
    return query select f.id, happened, named;
  end $$;
`;
