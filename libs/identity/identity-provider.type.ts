import { Field, ID, ObjectType } from '@nestjs/graphql';

@ObjectType('IdentityProvider', {
  description: 'Your agency’s own OpenID provider, at which its members prove who they are.',
})
export class IdentityProviderType {
  @Field({ description: 'Its issuer identifier (OpenID Connect Discovery).' })
  issuer!: string;

  @Field({ description: 'As whom this service is registered there.' })
  clientId!: string;

  @Field({ description: 'Whether this service proves itself there by its signing key, and keeps no secret.' })
  byKey!: boolean;

  @Field(() => [String], { description: 'Of which `acr` one is demanded of each sign-in; of none, none is.' })
  acrValues!: string[];

  @Field({ description: 'Since when.' })
  setAt!: Date;

  @Field(() => ID, { description: 'By whose approval: a membership.' })
  setBy!: string;
}
