import { Field, ID, ObjectType } from '@nestjs/graphql';
import { pageTypeOf } from '#core';

@ObjectType('SystemClientKey', {
  description: 'A public key with which a system client signs in, or signs what it posts.',
})
export class SystemClientKeyType {
  @Field(() => ID, { description: 'Its thumbprint (RFC 7638): the `kid` of what it signs.' })
  kid!: string;

  @Field({ description: 'ES256, EdDSA or PS256.' })
  algorithm!: string;

  @Field({ description: 'TOKENS, or INBOUND for what is posted to `/inbound`.' })
  use!: string;

  @Field({ description: 'When it was given.' })
  addedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it ends; null for no end of its own.' })
  validUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was revoked.' })
  revokedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was last used, to the hour.' })
  lastUsedAt!: Date | null;
}

@ObjectType('SystemClientJwksAddress', {
  description: 'Where a system client publishes keys with which it signs in (RFC 7517).',
})
export class SystemClientJwksAddressType {
  @Field(() => ID, { description: 'By which it is revoked, as a key by its `kid`.' })
  id!: string;

  @Field({ description: 'The address.' })
  uri!: string;

  @Field({ description: 'When it was given.' })
  addedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was revoked.' })
  revokedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When a key found there was last used, to the hour.' })
  lastUsedAt!: Date | null;
}

@ObjectType('SystemClient', { description: 'A machine of your agency, with keys of its own.' })
export class SystemClientType {
  @Field(() => ID, { description: 'Its `client_id`, and the membership by which it acts.' })
  id!: string;

  @Field({ description: 'What your agency calls it.' })
  name!: string;

  @Field(() => [String], { description: 'What it may do.' })
  roles!: string[];

  @Field({ description: 'When it was registered.' })
  registeredAt!: Date;

  @Field(() => ID, { description: 'The membership of who registered it, as the second of two.' })
  registeredBy!: string;

  @Field(() => Date, { nullable: true, description: 'When it ends by itself; null for never.' })
  validUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was ended.' })
  endedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it last got a token, to the minute.' })
  lastUsedAt!: Date | null;

  @Field(() => [SystemClientKeyType], { description: 'Its keys, those that were revoked too, oldest first.' })
  keys!: SystemClientKeyType[];

  @Field(() => [SystemClientJwksAddressType], {
    description: 'Where others of its keys are, addresses that were revoked too, oldest first.',
  })
  jwksAddresses!: SystemClientJwksAddressType[];
}

@ObjectType('SystemClientConnection', { description: 'A page of system clients, newest first.' })
export class SystemClientConnection extends pageTypeOf(SystemClientType, 'SystemClient') {}
