import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a membership was last used, to the hour. */
@Entity('member_use')
export class MemberUse {
  @PrimaryColumn('uuid', { name: 'member_id' })
  memberId!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date;
}

/** That an administrator looked and let it stay. */
@Entity('access_confirmation')
export class AccessConfirmation {
  @PrimaryColumn('uuid', { name: 'agency_id' })
  agencyId!: string;

  /** A membership, a person's or a machine's. */
  @PrimaryColumn('uuid', { name: 'subject_id' })
  subjectId!: string;

  /** Of the machine's keys; empty for all of it. */
  @PrimaryColumn('text')
  kid!: string;

  @Column('uuid', { name: 'confirmed_by' })
  confirmedBy!: string;

  @Column('timestamptz', { name: 'confirmed_at' })
  confirmedAt!: Date;
}
