import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

@ObjectType('Member', {
  description: 'A person acting for your agency. A membership ends and is never edited.',
})
export class MemberType {
  @Field(() => ID, { description: 'The membership.' })
  id!: string;

  @Field({ description: 'The name, as your agency entered it.' })
  name!: string;

  @Field(() => [String], { description: 'What this member may do inside your agency.' })
  roles!: string[];

  @Field({ description: 'Since when.' })
  validFrom!: Date;

  @Field(() => Date, { nullable: true, description: 'Until when, if that was said.' })
  validUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was ended.' })
  endedAt!: Date | null;
}

@ObjectType('MemberConnection', { description: 'A page of members, newest first.' })
export class MemberConnection extends pageTypeOf(MemberType, 'Member') {}

export const PendingActState = {
  PENDING: 'PENDING',
  DONE: 'DONE',
  REFUSED: 'REFUSED',
  LAPSED: 'LAPSED',
} as const;
registerEnumType(PendingActState, {
  name: 'PendingActState',
  description:
    'Where it stands. What nobody decided in 72 hours has lapsed, and so has what hung on an ended membership.',
});

@ObjectType('PendingAct', {
  description: 'An act that one alone may not do: asked for by one, decided by another.',
})
export class PendingActType {
  @Field(() => ID, { description: 'The pending act.' })
  id!: string;

  @Field({ description: 'What is to be done: `arrangement.accepted`, `membership.changed`...' })
  act!: string;

  @Field({ description: 'Exactly what was asked for, as JSON.' })
  content!: string;

  @Field({ description: 'SHA-256 of `content` in UTF-8, in hex: who approves names it.' })
  hash!: string;

  @Field(() => PendingActState, { description: 'Where it stands.' })
  state!: keyof typeof PendingActState;

  @Field(() => ID, { description: 'The membership of who asked.' })
  requestedBy!: string;

  @Field({ description: 'When.' })
  requestedAt!: Date;

  @Field({ description: 'When it lapses.' })
  expiresAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The membership of who decided.' })
  decidedBy!: string | null;

  @Field(() => Date, { nullable: true, description: 'When.' })
  decidedAt!: Date | null;
}

@ObjectType('PendingActConnection', { description: 'A page of pending acts, newest first.' })
export class PendingActConnection extends pageTypeOf(PendingActType, 'PendingAct') {}

@ObjectType('AuditEntry', { description: 'One act as your agency may know it. Appended, never changed.' })
export class AuditEntryType {
  @Field(() => ID, { description: 'The entry.' })
  id!: string;

  @Field({ description: 'What was done, in the past tense: `finding.released`.' })
  act!: string;

  @Field(() => ID, { description: 'The agency that acted.' })
  actorAgencyId!: string;

  @Field(() => ID, { nullable: true, description: 'Who acted, of your own agency; null for another.' })
  memberId!: string | null;

  @Field({ description: 'What kind of thing it was done to.' })
  subjectType!: string;

  @Field(() => ID, { description: 'What it was done to.' })
  subjectId!: string;

  @Field(() => ID, { nullable: true, description: 'The revision it was about, if any.' })
  revisionId!: string | null;

  @Field(() => String, { nullable: true, description: 'What an act of administration said, as JSON.' })
  details!: string | null;

  @Field({ description: 'When.' })
  recordedAt!: Date;
}

@ObjectType('AuditTrail', { description: 'A page of entries, newest first.' })
export class AuditTrailType extends pageTypeOf(AuditEntryType, 'AuditEntry') {}

@ObjectType('AdministrationPayload', { description: 'What became of an act of administration.' })
export class AdministrationPayload {
  @Field(() => ID, {
    description:
      'What was made or changed: an arrangement, a membership, a system client, an agency; or the pending act.',
  })
  subjectId!: string;

  @Field(() => PendingActType, {
    nullable: true,
    description: 'What waits for a second person; null when the act is done.',
  })
  pendingAct!: PendingActType | null;
}
