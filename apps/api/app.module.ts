import { Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { accessEntities, AccessModule } from '#access';
import { DatabaseModule, DateTimeScalar, type ApiConfig, type Logger } from '#core';
import { DatasetsModule } from '#datasets';
import { FeedModule } from '#feed';
import { findingEntities, FindingsModule } from '#findings';
import { IdentityModule, IdentityProviderRow, type IdentityOptions } from '#identity';
import { intakeEntities, IntakeModule } from '#intake';
import { Entry } from '#ledger';
import { SearchModule } from '#search';
import { webhookEntities, WebhooksModule } from '#webhooks';
import { answerErrors } from './errors.js';
import { MOST_TOKENS } from './limits/shape.js';
import { plainFields } from './plain-fields.js';
import { ServiceController } from './service.controller.js';

/**
 * What we resolve has the type the schema says: checked leaf by leaf, each leaf costs two arrays. Mercurius takes the
 * option and its types do not know it.
 */
const COMPILER = { compilerOptions: { disableLeafSerialization: true } };

@Module({})
export class AppModule {
  static forRoot(
    config: ApiConfig,
    identity: IdentityOptions,
    webhookKeys: readonly Buffer[],
    log: Logger,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot({
          url: config.databaseUrl,
          pool: config.pool,
          entities: [
            ...accessEntities,
            ...findingEntities,
            ...intakeEntities,
            ...webhookEntities,
            Entry,
            IdentityProviderRow,
          ],
        }),
        IdentityModule.forRoot(identity),
        AccessModule,
        FeedModule,
        FindingsModule,
        DatasetsModule,
        SearchModule,
        WebhooksModule.forRoot(webhookKeys),
        IntakeModule,
        GraphQLModule.forRoot<MercuriusDriverConfig>({
          driver: MercuriusDriver,
          autoSchemaFile: true,
          sortSchema: true,
          transformSchema: plainFields,
          ...COMPILER,
          // Compiled between requests, however busy: the request that would compile says paths of variables otherwise.
          jit: { minCount: 1, eluThreshold: 1 },
          graphql: { parseOptions: { maxTokens: MOST_TOKENS } },
          errorFormatter: answerErrors(log),
        }),
      ],
      controllers: [ServiceController],
      providers: [DateTimeScalar],
    };
  }
}
