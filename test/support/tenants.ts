import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Caller } from '#core';
import type { Chance } from './chance.js';
import { ACTS, document } from './findings.js';
import { newAgency } from './history.js';
import type { OwnWorld } from './world.js';

/** An agency with one member, and findings that it alone may see: each bears its mark. */
export interface Tenant {
  id: string;
  mark: string;
  caller: Caller;
  /** One of its own. */
  finding: string;
}

/** How many findings each has from the start. */
const OWN = 5;

/** @param suspended not let in any more */
export async function newTenant(world: OwnWorld, { suspended = false } = {}): Promise<Tenant> {
  const mark = `t${randomUUID().slice(0, 13)}`;
  const id = await newAgency(world, mark, 'KR-FSC');
  const member = randomUUID();
  await world.sql(
    `with someone as (insert into person (issuer, subject) values ('urn:entente:demo', $1) returning id)
     insert into member (id, agency_id, person_id, name, roles)
       select $1::uuid, $2, someone.id, 'The only one', array['ANALYST', 'CONTRIBUTOR'] from someone`,
    [member, id],
  );
  const tenant = { id, mark, caller: { id: member, needed: ['ANALYST', 'CONTRIBUTOR'] }, finding: '' };
  for (let n = 0; n < OWN; n++) tenant.finding = await draftOf(world, tenant);
  if (suspended) await world.sql('update agency set suspended_at = now() where id = $1', [id]);
  return tenant;
}

export const inputOf = ({ mark }: Tenant) => ({
  idempotencyKey: randomUUID(),
  document: document({ texts: [{ language: 'en', origin: 'original', title: `Of ${mark}`, body: mark }] }),
});

async function draftOf(world: OwnWorld, tenant: Tenant): Promise<string> {
  const { draftFinding } = await world
    .member(tenant.caller.id)
    .ask<{ draftFinding: { finding: { id: string } } }>(ACTS.draftFinding, { input: inputOf(tenant) });
  return draftFinding.finding.id;
}

/** What one operation runs with. */
interface Turn {
  world: OwnWorld;
  chance: Chance;
  tenant: Tenant;
  /** Another agency. */
  other: Tenant;
  /** One that is suspended. */
  suspended: Tenant;
}

/** @returns `done`, or the code or word of its failure; throws what must not be */
export type Operation = (turn: Turn) => Promise<string>;

export interface Row {
  titles: string;
  agency: string;
}

/** Rows of its own alone, and no fewer than it had from the start. */
export function expectOwn({ id, mark }: Tenant, rows: readonly Row[]): void {
  expect(rows.length).toBeGreaterThanOrEqual(OWN);
  for (const { titles, agency } of rows) expect([agency, titles]).toEqual([id, `of ${mark}`]);
}
