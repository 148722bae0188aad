import type { MigrationInterface, QueryRunner } from 'typeorm';
import { documentSchema, nameRows, searchRows } from '#findings';
import { DEFINER, gated, protect } from './policies.js';

/** Full text: what can be found of a revision by its words, and the function that finds it for a reader. */
export class SearchText1763683209000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(POLICIES);
    await runner.query(HITS);
    await fill(runner);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  create table search_text (
    revision_id uuid not null references revision,
    -- From 0 on; -1 for what stands on the sheet.
    part int not null,
    agency_id uuid not null references agency,
    -- Of the sheet: its own agency's alone.
    own boolean not null,
    -- Whether a long document goes on in another part.
    split boolean not null,
    words tsvector not null,
    primary key (revision_id, part)
  );
  -- Lexemes come straight into the index: a pending list would be searched from end to end.
  create index search_text_words on search_text using gin (words) with (fastupdate = off) where not own and not split;
  create index search_text_parts on search_text using gin (words) with (fastupdate = off) where own or split;
  -- One of several names of a subject.
  create table subject_name (
    revision_id uuid not null references revision,
    agency_id uuid not null references agency,
    subject text not null,
    name text not null,
    primary key (revision_id, subject, name)
  );
  create index subject_name_name on subject_name (name, revision_id);
`;

const AUTHORED = 'agency_id = (select reader())';
const released = (table: string) => `exists (select from release r
  where r.agency_id = (select reader()) and r.revision_id = ${table}.revision_id and r.until > now())`;
const draft = (table: string) => `${AUTHORED} and exists (select from sheet s
  where s.revision_id = ${table}.revision_id and s.agency_id = (select reader()) and s.state = 'DRAFT')`;

const POLICIES = [
  protect('search_text', {
    select: `${AUTHORED} or not own and ${released('search_text')}`,
    insert: draft('search_text'),
  }),
  protect('subject_name', {
    select: `${AUTHORED} or ${released('subject_name')}`,
    insert: draft('subject_name'),
  }),
].join('\n');

/**
 * The parts of a revision that this reader may have: the document's, and of its own agency's also the sheet's. Fenced
 * off, so that they are looked up by their key: the words alone would be looked for in all revisions, for each of them.
 */
const PARTS = `(select t.words from search_text t
  where t.revision_id = f.revision_id and (not t.own or t.agency_id = (select reader())) offset 0) t`;

/** Every wanted term stands in one part or another, and none that is not wanted in any. */
const MATCHES = `
  (select count(distinct w.place) from ${PARTS}, unnest(wanted) with ordinality as w (term, place)
    where t.words @@ w.term) = cardinality(wanted)
  and (cardinality(unwanted) = 0 or not exists (select from ${PARTS} where t.words @@ any (unwanted)))`;

/** Revisions of which one part has all that is wanted, and those in several parts of which one has some of it. */
const found = (limit: string) => `
  (select t.revision_id, cardinality(unwanted) = 0 as sure from search_text t
    where not t.own and not t.split and t.words @@ everything ${limit})
  union all
  (select t.revision_id, false from search_text t
    where (t.own or t.split) and (not t.own or t.agency_id = (select reader())) and t.words @@ anything ${limit})`;

const BEHIND = `(i.listed_at, i.finding_id)
  < (coalesce(before_at, 'infinity'), coalesce(before_id, '${'f'.repeat(8)}-ffff-ffff-ffff-${'f'.repeat(12)}'))`;
const MINE = 'i.agency_id = (select reader()) and i.until > now() and not i.closed';
const ROW = `${MINE} and ${BEHIND}`;
/** The row of the inbox that names a revision, by its key; fenced off, too. */
const LISTED = `cross join lateral (select i.finding_id, i.revision_id, i.listed_at from inbox i
  where i.revision_id = f.revision_id and ${MINE} offset 0) i where ${BEHIND}`;
const NEWEST = 'order by i.listed_at desc, i.finding_id desc limit';

/**
 * The newest findings of the reader's inbox whose current revision matches, in the order of the list. A match is no
 * condition that an index may serve under row security (@@ is not leakproof), so this reads as the gate and applies
 * the reader itself: all it tells are findings that the reader's own inbox names.
 *
 * Which way it goes depends on how many revisions match, and changes nothing of what it finds: of few, each is looked
 * for in the inbox; of many, the newest of the inbox are looked at, which have a page of them soon; and if they have
 * not, all that match.
 */
const HITS = `
  create function text_hits(everything tsquery, anything tsquery, wanted tsquery[], unwanted tsquery[],
                            before_at timestamptz, before_id uuid, most int)
    returns table (finding_id uuid, revision_id uuid, listed_at timestamptz)
    language plpgsql stable rows 100 ${DEFINER} as $$
  declare
    few constant int := 3000;
    near constant int := 2000;
    matching uuid[];
    certain boolean[];
    n int;
  begin
    select array_agg(f.revision_id), array_agg(f.sure) into matching, certain from (${found('limit few + 1')}) f;
    if cardinality(matching) <= few then
      return query
        select distinct i.finding_id, i.revision_id, i.listed_at
          from unnest(matching, certain) as f (revision_id, sure) ${LISTED} and (f.sure or ${MATCHES})
         order by i.listed_at desc, i.finding_id desc limit most;
    elsif cardinality(matching) > few then
      return query
        select f.finding_id, f.revision_id, f.listed_at
          from (select i.* from inbox i where ${ROW} ${NEWEST} near) f
         where ${MATCHES} order by f.listed_at desc, f.finding_id desc limit most;
      get diagnostics n = row_count;
      if n = most then
        return;
      end if;
      -- Not enough of them there: older ones, from where that ended.
      most := most - n;
      select i.listed_at, i.finding_id into before_at, before_id from inbox i where ${ROW} ${NEWEST} 1 offset near - 1;
      if not found then
        return;
      end if;
      return query
        select distinct i.finding_id, i.revision_id, i.listed_at
          from (${found('')}) f ${LISTED} and (f.sure or ${MATCHES})
         order by i.listed_at desc, i.finding_id desc limit most;
    end if;
  end $$;
  ${gated('text_hits(tsquery, tsquery, tsquery[], tsquery[], timestamptz, uuid, int)')}
`;

/** Documents at once. */
const BATCH = 200;

/** What was written before: as the gate, since row security hides every row from the owner. */
async function fill(runner: QueryRunner): Promise<void> {
  await runner.query('set local role entente_gate; set local row_security = on');
  let last: string | undefined;
  do {
    const rows = await runner.manager.query<
      { id: string; agency: string; document: unknown; case: string | null }[]
    >(
      `select r.id, r.agency_id as agency, r.document, s.case_number as case
         from revision r left join sheet s on s.revision_id = r.id
        where $1::uuid is null or r.id > $1 order by r.id limit ${BATCH}`,
      [last ?? null],
    );
    const words: unknown[] = [];
    const names: unknown[] = [];
    for (const { id, agency, document, case: caseNumber } of rows) {
      const written = documentSchema.parse(document);
      const its = { revision_id: id, agency_id: agency };
      words.push(...searchRows(written, caseNumber ?? undefined).map((row) => ({ ...its, ...row })));
      names.push(...nameRows(written).map((row) => ({ ...its, ...row })));
    }
    for (const [table, values] of [
      ['search_text', words],
      ['subject_name', names],
    ] as const) {
      await runner.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
        JSON.stringify(values),
      ]);
    }
    last = rows.at(-1)?.id;
  } while (last !== undefined);
  await runner.query('reset role; set local row_security = off');
}
