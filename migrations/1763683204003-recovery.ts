import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tellOf } from './administrative-acts.js';
import { DEFINER, gated, protect } from './policies.js';

/**
 * Recovery of an agency that has too few administrators to make another: two operators ask for it, everybody concerned
 * is told, and for 72 hours any member of the agency may stop it. Who comes in then finds the inbox closed for what each
 * originator had released, until that originator confirms.
 */
export class Recovery1763683204003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(CONCERNED);
    await runner.query(BEGIN);
    await runner.query(STOP);
    await runner.query(CLOSE);
    await runner.query(ANSWER);
    await runner.query(ACTS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table recovery (
    id uuid primary key default gen_random_uuid(),
    agency_id uuid not null references agency,
    begun_by uuid not null references member,
    begun_at timestamptz not null default clock_timestamp(),
    -- From then on its invitations are good, by the database's clock.
    due_at timestamptz not null default clock_timestamp() + interval '72 hours',
    expires_at timestamptz not null default clock_timestamp() + interval '72 hours' + interval '7 days',
    stopped_at timestamptz,
    -- When the first of the new administrators came in.
    recovered_at timestamptz,
    constraint stopped_or_recovered check (num_nonnulls(stopped_at, recovered_at) <= 1)
  );
  create index recovery_agency on recovery (agency_id, begun_at desc, id desc);
  alter table invitation add recovery_id uuid references recovery;

  -- What an originator had released to an agency that was recovered, and what it says to that.
  create table closed_inbox (
    agency_id uuid not null references agency,
    originator_id uuid not null references agency,
    closed_at timestamptz not null,
    answered_at timestamptz,
    outcome text check (outcome in ('CONFIRMED', 'DECLINED')),
    primary key (agency_id, originator_id),
    constraint answered_or_not check (num_nulls(answered_at, outcome) in (0, 2))
  );
  create index closed_inbox_originator on closed_inbox (originator_id);
  -- With the right itself, so that whatever asks for the right finds it closed.
  alter table release add closed boolean not null default false;
  alter table inbox add closed boolean not null default false;
`;

const POLICIES = [
  protect('recovery', { select: 'agency_id = any (array(select known_agencies()))' }),
  protect('closed_inbox', {
    select: '(agency_id = (select acting()) or originator_id = (select acting())) and (select oversees())',
  }),
  `alter policy app_select on release
     using ((agency_id = (select reader()) and until > now() and not closed) or author_id = (select reader()));
   alter policy app_select on inbox using (agency_id = (select reader()) and until > now() and not closed);`,
].join('\n');

const CONCERNED = `
  -- Partners, and whoever has released to it without being one any more.
  create function told_of_recovery(subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(
      select unnest(agency_and_partners(subject, me))
      union select author_id from release where agency_id = subject and until > clock_timestamp()
                and author_id <> me.agency_id
      union select operator.agency_id from recovery r join member operator on operator.id = r.begun_by
             where r.agency_id = subject and operator.agency_id <> me.agency_id)
  $$;
  ${gated('told_of_recovery(uuid, member)', '')}

  create function itself(subject uuid, me member) returns uuid[] language sql stable ${DEFINER} as $$
    select array(select subject where subject <> me.agency_id)
  $$;
  ${gated('itself(uuid, member)', '')}
`;

const BEGIN = `
  create function begin_recovery(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'agencyId')::uuid;
    hashes text[] := array(select jsonb_array_elements_text(content -> 'codeHashes'));
    called text[] := array(select jsonb_array_elements_text(content -> 'administrators'));
    r recovery;
    made uuid;
  begin
    perform from agency where id = target and suspended_at is null and id <> me.agency_id for no key update;
    if not found then
      perform refuse('EN404', 'input.agencyId', 'No such agency.');
    end if;
    -- With two it invites others itself; one alone can make no administrator.
    if (select count(distinct person_id) from member where agency_id = target and roles @> array['AGENCY_ADMIN']
           and ended_at is null and valid_until > clock_timestamp()) >= 2 then
      perform refuse('EN409', 'input.agencyId', 'This agency has administrators: they invite others.');
    end if;
    if exists (select from recovery where agency_id = target and stopped_at is null and recovered_at is null
                 and expires_at > clock_timestamp()) then
      perform refuse('EN409', 'input.agencyId', 'A recovery of this agency has begun.');
    end if;
    insert into recovery (agency_id, begun_by) values (target, me.id) returning * into r;
    for i in 1 .. cardinality(called) loop
      made := give_invitation(target, called[i], array['AGENCY_ADMIN'], null, hashes[i], me);
      update invitation set recovery_id = r.id, good_from = r.due_at, expires_at = r.expires_at where id = made;
    end loop;
    return target;
  end $$;
  ${gated('begin_recovery(jsonb, member)', '')}
`;

const STOP = `
  create function stop_recovery(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'agencyId')::uuid;
    stopped uuid;
  begin
    -- Its own people, or an operator; no machine.
    if me.machine or target <> me.agency_id and not me.roles @> array['OPERATOR'] then
      perform refuse('EN404', 'input.agencyId', 'No recovery of this agency.');
    end if;
    update recovery set stopped_at = clock_timestamp()
     where agency_id = target and stopped_at is null and recovered_at is null and expires_at > clock_timestamp()
     returning id into stopped;
    if stopped is null then
      perform refuse('EN404', 'input.agencyId', 'No recovery of this agency.');
    end if;
    update invitation set withdrawn_at = clock_timestamp()
     where recovery_id = stopped and accepted_at is null and withdrawn_at is null;
    return target;
  end $$;
  ${gated('stop_recovery(jsonb, member)', '')}
`;

/** When the first of the new administrators comes in. As before, and that. */
const CLOSE = `
  create function close_inbox(i invitation, by uuid) returns void language plpgsql ${DEFINER} as $$
  declare
    happened timestamptz := clock_timestamp();
  begin
    update recovery set recovered_at = happened where id = i.recovery_id and recovered_at is null;
    if not found then
      return;
    end if;
    insert into closed_inbox (agency_id, originator_id, closed_at)
      select distinct i.agency_id, author_id, happened from release
       where agency_id = i.agency_id and author_id <> i.agency_id and until > happened
      on conflict (agency_id, originator_id) do update set closed_at = excluded.closed_at, answered_at = null, outcome = null;
    update release set closed = true where agency_id = i.agency_id and author_id <> i.agency_id;
    update inbox set closed = true where agency_id = i.agency_id and author_id <> i.agency_id;
    insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
      select told, 'agency.recovered', i.agency_id, case when told = i.agency_id then by end, 'agency', i.agency_id, happened
        from (select i.agency_id union select i.given_agency_id
              union select unnest(told_of_recovery(i.agency_id, (select m from member m where m.id = by)))) as whose (told);
  end $$;
  ${gated('close_inbox(invitation, uuid)', '')}

  set local role entente_gate;
  create or replace function accept_invitation(hash text, issuer text, subject text) returns uuid language plpgsql ${DEFINER} as $$
  declare
    i invitation;
    someone uuid;
    made uuid;
  begin
    -- Of two at a time the second finds it used.
    perform from invitation where code_hash = hash for update;
    select * into i from good_invitation(hash);
    if found and accept_invitation.issuer <> 'urn:entente:client' then
      insert into person (issuer, subject) values (accept_invitation.issuer, accept_invitation.subject)
        on conflict do nothing;
      -- Locked: by two invitations at a time a person still comes in once.
      select person.id into someone from person
       where person.issuer = accept_invitation.issuer and person.subject = accept_invitation.subject for update;
      -- Nobody invites oneself, and nobody has two memberships of one agency whose roles are kept apart.
      if not exists (select from member where person_id = someone and agency_id in (i.agency_id, i.given_agency_id)
                       and ended_at is null and valid_until > clock_timestamp()) then
        insert into member (agency_id, person_id, name, roles, valid_until)
        values (i.agency_id, someone, i.name, i.roles, i.valid_until) returning member.id into made;
        update invitation set accepted_at = clock_timestamp(), accepted_as = made where invitation.id = i.id;
        insert into entry (agency_id, act, actor_agency_id, member_id, subject_type, subject_id, recorded_at)
          select told, 'invitation.accepted', i.agency_id, case when told = i.agency_id then made end, 'invitation', i.id,
                 clock_timestamp()
            from (select i.agency_id union select i.given_agency_id) as whose (told);
        if i.recovery_id is not null then
          perform close_inbox(i, made);
        end if;
        return made;
      end if;
    end if;
    perform refuse('EN404', 'code', 'This invitation is not good: it was used or withdrawn, has run out, or is not for you.');
  end $$;
  reset role;
`;

const ANSWER = `
  create function answer_recovery(content jsonb, me member, said text) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := (content ->> 'agencyId')::uuid;
  begin
    update closed_inbox set answered_at = clock_timestamp(), outcome = said
     where agency_id = target and originator_id = me.agency_id and answered_at is null;
    if not found then
      perform refuse('EN404', 'input.agencyId', 'No inbox of this agency waits for yours.');
    end if;
    return target;
  end $$;
  ${gated('answer_recovery(jsonb, member, text)', '')}

  create function confirm_recovery(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := answer_recovery(content, me, 'CONFIRMED');
  begin
    update release set closed = false where agency_id = target and author_id = me.agency_id;
    update inbox set closed = false where agency_id = target and author_id = me.agency_id;
    return target;
  end $$;
  ${gated('confirm_recovery(jsonb, member)', '')}

  -- Taken back, as by a recall: what was closed.
  create function decline_recovery(content jsonb, me member) returns uuid language plpgsql ${DEFINER} as $$
  declare
    target uuid := answer_recovery(content, me, 'DECLINED');
    happened timestamptz;
    taken uuid[];
    unheld uuid[];
  begin
    perform from finding where id in (select finding_id from release where agency_id = target and author_id = me.agency_id
                                         and closed) order by id for update;
    happened := clock_timestamp();
    taken := array(select distinct finding_id from release
                    where agency_id = target and author_id = me.agency_id and closed and until > happened);
    insert into withdrawn (agency_id, finding_id, at, reason)
      select target, id, happened, 'agency-recovered' from unnest(taken) as id
      on conflict on constraint withdrawn_pkey do update set at = excluded.at, reason = excluded.reason;
    delete from release where agency_id = target and author_id = me.agency_id and closed;
    delete from inbox where agency_id = target and author_id = me.agency_id and closed;
    update inbox set superseded_by = null where agency_id = target and superseded_by = any (taken);
    unheld := array(select id from unnest(taken) as id
                     where not exists (select from release where finding_id = id and until > happened));
    update inbox set state = 'RECALLED' where agency_id = me.agency_id and finding_id = any (unheld);
    update finding set last_at = greatest(happened, last_at + interval '1 microsecond'),
                       recalled_at = case when id = any (unheld) then happened else recalled_at end
     where id = any (taken);
    return target;
  end $$;
  ${gated('decline_recovery(jsonb, member)', '')}
`;

const ANYONE = ['ANALYST', 'CONTRIBUTOR', 'RELEASER', 'LIAISON', 'AGENCY_ADMIN', 'AUDITOR', 'OPERATOR'];
const TOLD = 'told_of_recovery';

// prettier-ignore
const ACTS = tellOf(
  { act: 'agency.recovery-begun', roles: ['OPERATOR'], carriesOut: 'begin_recovery', concerns: TOLD },
  { act: 'agency.recovery-stopped', roles: ANYONE, carriesOut: 'stop_recovery', takesTwo: 'never', concerns: TOLD },
  { act: 'agency.recovery-confirmed', roles: ['AGENCY_ADMIN'], carriesOut: 'confirm_recovery', concerns: 'itself' },
  { act: 'agency.recovery-declined', roles: ['AGENCY_ADMIN'], carriesOut: 'decline_recovery', takesTwo: 'never', concerns: 'itself' },
);
