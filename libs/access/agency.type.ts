import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

@ObjectType({ description: 'The name of an agency in one language.' })
export class LocalName {
  @Field({ description: 'BCP 47.' })
  language!: string;

  @Field({ description: 'The name, in that language and script.' })
  name!: string;

  @Field(() => Date, { nullable: true, description: 'Since when; null from the beginning.' })
  since!: Date | null;
}

@ObjectType({ description: 'Where an agency is reached.' })
export class ContactPoint {
  @Field({ description: 'email, phone, url or post.' })
  kind!: string;

  @Field({ description: 'The address or number.' })
  value!: string;

  @Field(() => Date, { nullable: true, description: 'Since when; null from the beginning.' })
  since!: Date | null;
}

@ObjectType('Vouching', {
  description: 'Who vouched for an agency that was brought in. Compare the fingerprint over another channel.',
})
export class VouchingType {
  @Field(() => ID, { description: 'The agency that vouched.' })
  agencyId!: string;

  @Field({ description: 'Its code.' })
  code!: string;

  @Field({ description: 'SHA-256 of the public key of the agency that was vouched for, in hex.' })
  keyFingerprint!: string;

  @Field({ description: 'When.' })
  at!: Date;
}

@ObjectType('Agency', {
  description: 'The unit of access. You see your own and those you share an arrangement with.',
})
export class AgencyType {
  @Field(() => ID, { description: 'Opaque, for ever.' })
  id!: string;

  @Field({ description: 'A short handle, such as KR-FSC.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2; null for an agency of none.' })
  jurisdiction!: string | null;

  @Field(() => Date, { nullable: true, description: 'Since when; null from the beginning.' })
  jurisdictionSince!: Date | null;

  @Field(() => [LocalName], { description: 'What it is called now, by language.' })
  names!: LocalName[];

  @Field(() => [ContactPoint], { description: 'Where it is reached now.' })
  contactPoints!: ContactPoint[];

  @Field(() => VouchingType, { nullable: true, description: 'Null for an agency that nobody vouched for.' })
  vouching!: VouchingType | null;
}

@ObjectType('AgencyConnection', { description: 'A page of agencies, by code.' })
export class AgencyConnection extends pageTypeOf(AgencyType, 'Agency') {}

@ObjectType('Cap', { description: 'How far a role of your agency may release.' })
export class CapType {
  @Field({ description: 'The highest marking: TLP 2.0.' })
  highestMarking!: string;

  @Field(() => Int, { description: 'At most this many agencies may hold one finding.' })
  widest!: number;
}

@ObjectType('Viewer', { description: 'Who you are here, as the database finds you at this moment.' })
export class ViewerType {
  @Field(() => ID, { description: 'Your membership.' })
  memberId!: string;

  @Field({ description: 'Your name, as your agency entered it.' })
  name!: string;

  @Field(() => [String], { description: 'What you may do inside your agency.' })
  roles!: string[];

  @Field(() => AgencyType, { description: 'The agency you act for.' })
  agency!: AgencyType;

  @Field(() => CapType, { nullable: true, description: 'For releasers: how far.' })
  cap!: CapType | null;
}
