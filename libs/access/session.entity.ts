import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One sign-in of one membership. Every token that was got by it names it, and ends with it. */
@Entity('session')
export class Session {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'agency_id' })
  agencyId!: string;

  @Column('uuid', { name: 'member_id' })
  memberId!: string;

  /** What the browser called itself in which it was begun. */
  @Column('text')
  agent!: string;

  @Column('timestamptz', { name: 'began_at' })
  beganAt!: Date;

  /** When it last got a token or signed a tool in, to half a minute. */
  @Column('timestamptz', { name: 'used_at' })
  usedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** When its member last proved who it is. */
  @Column('timestamptz', { name: 'proved_at' })
  provedAt!: Date;

  /** Whose act it was; null where its own browser or tool signed out. */
  @Column('uuid', { name: 'ended_by', nullable: true })
  endedBy!: string | null;

  /** By which it was begun; null at a provider. */
  @Column('uuid', { name: 'passkey_id', nullable: true })
  passkeyId!: string | null;
}
