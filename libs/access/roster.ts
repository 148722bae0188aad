import { z } from 'zod';
import { DataSource, type EntityManager } from 'typeorm';
import { Agency, AgencyJurisdiction, AgencyName } from './agency.entity.js';
import { Arrangement, ArrangementParty } from './arrangement.entity.js';
import { Cap, Member, Person } from './member.entity.js';
import { ROLES } from './role.js';

const memberSchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  /** The person at the demo's issuer; the same subject in two agencies is one person. */
  subject: z.string(),
  roles: z.array(z.enum(ROLES)).min(1),
});

const agencySchema = z.strictObject({
  id: z.uuid(),
  code: z.string(),
  jurisdiction: z.string().length(2).optional(),
  names: z.record(z.string(), z.string()),
  cap: z.strictObject({ highestMarking: z.string(), widest: z.int().positive() }).optional(),
  members: z.array(memberSchema),
});

const arrangementSchema = z.strictObject({
  id: z.uuid(),
  title: z.string(),
  /** Codes of agencies; the first proposed it. */
  parties: z.array(z.string()).min(2),
  /** Those that have not accepted yet: while there is one, it is not in force. */
  pending: z.array(z.string()).default([]),
  purposes: z.array(z.string()).min(1),
  kinds: z.array(z.string()).min(1),
  highestMarking: z.string(),
  onwardUse: z.boolean().default(false),
  courtUse: z.boolean().default(false),
  retentionDays: z.int().positive().optional(),
  validFrom: z.iso.datetime(),
  validUntil: z.iso.datetime().optional(),
  onEnd: z.enum(['KEEP', 'STOP', 'RECALL']).default('KEEP'),
});

/** Agencies, their people and their arrangements, as a file. */
export const rosterSchema = z.strictObject({
  issuer: z.string(),
  agencies: z.array(agencySchema),
  arrangements: z.array(arrangementSchema),
});

export type Roster = z.output<typeof rosterSchema>;
type RosterAgency = Roster['agencies'][number];

/**
 * Brings in a whole roster at once: for a demo and for tests. In a process of the schema's owner, which alone may
 * take the gate's role; the application cannot. What is already there stays as it is.
 * @param ownerUrl where entente_owner signs in
 */
export async function enrol(ownerUrl: string, roster: Roster): Promise<void> {
  const owner = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    schema: 'entente',
    entities: [Agency, AgencyName, AgencyJurisdiction, Arrangement, ArrangementParty, Cap, Member, Person],
    extra: { max: 1, options: '-c search_path=entente,pg_catalog' },
  });
  await owner.initialize();
  const idOf = new Map(roster.agencies.map(({ code, id }) => [code, id]));
  try {
    await owner.transaction(async (manager) => {
      await manager.query('set local role entente_gate');
      await manager.query('set local row_security = on');
      for (const agency of roster.agencies) await enrolAgency(manager, roster.issuer, agency);
      for (const arrangement of roster.arrangements) await enrolArrangement(manager, arrangement, idOf);
    });
  } finally {
    await owner.destroy();
  }
}

async function enrolAgency(manager: EntityManager, issuer: string, agency: RosterAgency): Promise<void> {
  const { id, code, members } = agency;
  const added = await add(manager, Agency, { id, code });
  if (added) await describeAgency(manager, agency);
  for (const { id: memberId, name, subject, roles } of members) {
    await add(manager, Person, { issuer, subject });
    const { id: personId } = await manager.findOneByOrFail(Person, { issuer, subject });
    await add(manager, Member, { id: memberId, agencyId: id, personId, name, roles });
  }
  if (added) await record(manager, 'agency.enrolled', [id], { type: 'agency', id });
}

async function describeAgency(
  manager: EntityManager,
  { id, jurisdiction, names, cap }: RosterAgency,
): Promise<void> {
  for (const [language, name] of Object.entries(names))
    await add(manager, AgencyName, { agencyId: id, language, name });
  if (jurisdiction !== undefined) await add(manager, AgencyJurisdiction, { agencyId: id, jurisdiction });
  if (cap) await add(manager, Cap, { agencyId: id, role: 'RELEASER', ...cap });
}

async function enrolArrangement(
  manager: EntityManager,
  arrangement: Roster['arrangements'][number],
  idOf: ReadonlyMap<string, string>,
): Promise<void> {
  const { parties, pending, validFrom, validUntil, ...rules } = arrangement;
  const ids = parties.map((code) => {
    const id = idOf.get(code);
    if (id === undefined)
      throw new Error(`Arrangement "${rules.title}" names ${code}, which is not in the roster.`);
    return { code, id };
  });
  const [proposer] = ids;
  if (!proposer) return;
  const added = await add(manager, Arrangement, {
    ...rules,
    proposedBy: proposer.id,
    validFrom: new Date(validFrom),
    ...(validUntil !== undefined && { validUntil: new Date(validUntil) }),
  });
  if (!added) return;
  for (const { code, id } of ids) {
    await add(manager, ArrangementParty, {
      arrangementId: rules.id,
      agencyId: id,
      acceptedAt: pending.includes(code) ? null : new Date(validFrom),
    });
  }
  await record(
    manager,
    'arrangement.enrolled',
    ids.map(({ id }) => id),
    { type: 'arrangement', id: rules.id },
  );
}

/** @returns whether it was not there before */
async function add<E extends object>(
  manager: EntityManager,
  entity: new () => E,
  row: Partial<E>,
): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(entity)
    .values(row as object)
    .orIgnore()
    .returning('1')
    .execute();
  const rows: unknown = inserted.raw;
  return Array.isArray(rows) && rows.length > 0;
}

/** No act without an entry; nobody acts here, so each agency's entry names itself. */
const record = (
  manager: EntityManager,
  act: string,
  agencies: string[],
  subject: { type: string; id: string },
) =>
  manager.query(
    `insert into entry (agency_id, act, actor_agency_id, subject_type, subject_id, recorded_at)
     select agency, $2, agency, $3, $4, clock_timestamp() from unnest($1::uuid[]) as agency`,
    [agencies, act, subject.type, subject.id],
  );
