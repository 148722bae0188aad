import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from './role.js';

/** How a person becomes a member: a code that is shown once, and accepted once. */
@Entity('invitation')
export class Invitation {
  @PrimaryColumn('uuid')
  id!: string;

  /** Of which agency it makes a member. */
  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** Which agency gave it. */
  @Column('uuid', { name: 'given_agency_id' })
  givenAgencyId!: string;

  @Column('uuid', { name: 'given_by', nullable: true })
  givenBy!: string | null;

  @Column('text')
  name!: string;

  @Column('text', { array: true })
  roles!: Role[];

  /** Of the membership. */
  @Column('timestamptz', { name: 'valid_until' })
  validUntil!: Date;

  /** SHA-256, in hex. */
  @Column('text', { name: 'code_hash' })
  codeHash!: string;

  @Column('timestamptz', { name: 'given_at' })
  givenAt!: Date;

  @Column('timestamptz', { name: 'good_from' })
  goodFrom!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'accepted_at', nullable: true })
  acceptedAt!: Date | null;

  @Column('uuid', { name: 'accepted_as', nullable: true })
  acceptedAs!: string | null;

  /** Of an agency that is being recovered. */
  @Column('uuid', { name: 'recovery_id', nullable: true })
  recoveryId!: string | null;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;
}
