import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { accessResolvers } from '#access';
import { DateTimeScalar } from '#core';
import { datasetResolvers } from '#datasets';
import { feedResolvers } from '#feed';
import { findingResolvers } from '#findings';
import { identityResolvers } from '#identity';
import { intakeResolvers } from '#intake';
import { searchResolvers } from '#search';
import { webhookResolvers } from '#webhooks';

/** Prints the schema that the code makes; `npm run schema` keeps it in schema.graphql. Needs no database. */
const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
const schema = await app
  .get(GraphQLSchemaFactory)
  .create(
    [
      ...accessResolvers,
      ...feedResolvers,
      ...findingResolvers,
      ...identityResolvers,
      ...intakeResolvers,
      ...datasetResolvers,
      ...searchResolvers,
      ...webhookResolvers,
    ],
    [DateTimeScalar],
  );
process.stdout.write(`${printSchema(lexicographicSortSchema(schema))}\n`);
await app.close();
