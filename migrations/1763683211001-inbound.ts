import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEFINER, gated, protect } from './policies.js';

/**
 * What agency systems post: each message has one effect and leaves a receipt. And what they say became of a finding on
 * their side, which its originator sees.
 */
export class Inbound1763683211001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(ACKNOWLEDGE);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table inbound_receipt (
    id uuid primary key,
    agency_id uuid not null references agency,
    client_id uuid not null references system_client,
    message_id text not null,
    -- The key that signed it; null for what came with a token.
    kid text,
    received_at timestamptz not null default clock_timestamp(),
    outcomes jsonb not null
  );
  create index inbound_receipt_agency on inbound_receipt (agency_id, received_at desc, id desc);
  -- Which messages were taken: an id is an agency's for 30 days.
  create table inbound_message (
    agency_id uuid not null references agency,
    message_id text not null,
    client_id uuid not null references system_client,
    body_hash text not null,
    receipt_id uuid not null,
    received_at timestamptz not null default clock_timestamp(),
    primary key (agency_id, message_id)
  );

  create table acknowledgement (
    agency_id uuid not null references agency,
    finding_id uuid not null references finding,
    -- That it stored a revision; that it removed what was taken back from it.
    said text not null check (said in ('STORED', 'REMOVED')),
    author_id uuid not null references agency,
    revision_id uuid references revision,
    at timestamptz not null default clock_timestamp(),
    primary key (agency_id, finding_id, said),
    constraint stored_what check ((said = 'STORED') = (revision_id is not null))
  );
  create index acknowledgement_finding on acknowledgement (finding_id, agency_id);
`;

const OWN = 'agency_id = (select reader())';
const MY_OWN = `${OWN} and client_id = (select acting_member())`;

const POLICIES = [
  protect('inbound_receipt', { select: OWN, insert: MY_OWN }),
  protect('inbound_message', {
    select: OWN,
    insert: MY_OWN,
    update: {
      columns: 'client_id, body_hash, receipt_id, received_at',
      of: OWN,
    },
  }),
  protect('acknowledgement', { select: `${OWN} or author_id = (select reader())` }),
].join('\n');

const ACKNOWLEDGE = `
  -- One answer for a finding that is not there, one's own, one that is another's, and one that never was or still is here.
  create function acknowledge_finding(target uuid, said text, revision uuid)
    returns table (at timestamptz, author_id uuid, is_new boolean) language plpgsql ${DEFINER} as $$
  declare
    me uuid := reader();
    whose uuid;
    since timestamptz;
    kept acknowledgement;
  begin
    if said = 'STORED' then
      select r.author_id into whose from release r
       where r.agency_id = me and r.finding_id = target and r.revision_id = revision
         and r.until > clock_timestamp() and not r.closed;
    else
      select f.agency_id, gone.at into whose, since
        from finding f cross join lateral (
          select w.at from withdrawn w where w.agency_id = me and w.finding_id = f.id
          union all
          select i.until from inbox i where i.agency_id = me and i.finding_id = f.id and i.until <= clock_timestamp()
           limit 1) as gone
       where f.id = target and f.agency_id <> me;
    end if;
    if whose is null then
      perform refuse('EN404', 'input.findingId', 'No such finding.');
    end if;
    insert into acknowledgement as a (agency_id, finding_id, said, author_id, revision_id)
    values (me, target, acknowledge_finding.said, whose, revision)
    on conflict on constraint acknowledgement_pkey do update
      set revision_id = excluded.revision_id, at = excluded.at
      where a.revision_id is distinct from excluded.revision_id or a.at < since
    returning * into kept;
    if found then
      return query select kept.at, whose, true;
    else
      return query select a.at, whose, false from acknowledgement a
        where a.agency_id = me and a.finding_id = target and a.said = acknowledge_finding.said;
    end if;
  end $$;
  ${gated('acknowledge_finding(uuid, text, uuid)')}
`;
