import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from './role.js';

/** A human being, however many memberships: two persons means two of these. */
@Entity('person')
export class Person {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  issuer!: string;

  @Column('text')
  subject!: string;
}

/** A person acting for exactly one agency. It ends and is never edited. */
@Entity('member')
export class Member {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'person_id' })
  personId!: string;

  @Column('text')
  name!: string;

  @Column('text', { array: true })
  roles!: Role[];

  @Column('timestamptz', { name: 'valid_from' })
  validFrom!: Date;

  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** Held by a system client with the same id. */
  @Column('bool')
  machine!: boolean;
}

/** How far a role of an agency may release. */
@Entity('cap')
export class Cap {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  @PrimaryColumn('text')
  role!: Role;

  @Column('text', { name: 'highest_marking' })
  highestMarking!: string;

  /** At most this many agencies may hold one finding. */
  @Column('int')
  widest!: number;
}
