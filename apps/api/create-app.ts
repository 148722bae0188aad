import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { LedgerExports } from '#access';
import { createLogger, type ApiConfig } from '#core';
import { FindingLoaders } from '#findings';
import {
  AuthorizationServer,
  DemoIssuer,
  DemoProvider,
  PasskeySignIn,
  PublicAddress,
  SignIn,
  Strangers,
} from '#identity';
import { IntakeService, Signers } from '#intake';
import { AppModule } from './app.module.js';
import { authorizationRoutes } from './authorization.js';
import { giveDefaults } from './default-variables.js';
import { documentParts } from './document-parts.js';
import { graphqlOverHttp } from './graphql-over-http.js';
import { HttpErrorsFilter } from './http-errors.filter.js';
import { inboundRoutes } from './inbound.js';
import { strictJson } from './json-body.js';
import { ledgerExportRoute } from './ledger-exports.js';
import { limitRequests } from './limits/limits.js';
import { signInPages } from './sign-in-pages.js';
import { signIn } from './sign-in.js';
import { subscriptions } from './subscriptions/index.js';

/** A document is at most 256 kB; JSON inside JSON may double that, and an operation comes with it. */
const BODY_LIMIT = 1024 * 1024;

/** What comes before any route, such as an address that is none. Fastify would quote it. */
const frameworkErrors = (_error: unknown, _request: unknown, reply: FastifyReply): void => {
  void reply.status(400).send({ code: 'INVALID', message: 'The request is not valid.' });
};

/** The whole application, not yet listening. @throws Error that tells the administrator why it does not start */
export async function createApp(config: ApiConfig): Promise<NestFastifyApplication> {
  const log = createLogger(config.logLevel);
  const demo = config.demoDirectory === null ? null : await DemoIssuer.open(config.demoDirectory);
  const secret = config.authSecret ?? demo?.authSecret;
  if (!secret) throw new Error('The API needs a secret for its signing keys.');
  const webhookKeys = config.webhookKeys ?? (demo ? [demo.webhookKey] : []);
  const { host, publicUrl = null, localProviders, localSystems, proxies, strangers, tools } = config;
  const places = { host, publicUrl, localProviders, localSystems, proxies };
  const identity = { demo, secret, log, strangers, tools, ...places };
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, identity, webhookKeys, log),
    new FastifyAdapter({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, frameworkErrors }),
    { logger: false, abortOnError: false },
  );
  const fastify = app.getHttpAdapter().getInstance();
  strictJson(app);
  graphqlOverHttp(fastify);
  giveDefaults(fastify);
  documentParts(fastify, app.get(FindingLoaders), log);
  signIn(fastify);
  const budgets = limitRequests(fastify, config.agency);
  subscriptions(fastify, budgets, log);
  app.useGlobalFilters(new HttpErrorsFilter(log));
  const address = app.get(PublicAddress);
  const pages = { base: () => address.base, strangers: app.get(Strangers), demo: demo !== null, log };
  await app.register(authorizationRoutes(app.get(AuthorizationServer), pages));
  const [people, passkeys] = [app.get(SignIn), app.get(PasskeySignIn)];
  await app.register(signInPages({ ...pages, signIn: people, passkeys }));
  await app.register(
    inboundRoutes({ intake: app.get(IntakeService), signers: app.get(Signers), budgets, log }),
  );
  await app.register(ledgerExportRoute({ exports: app.get(LedgerExports), budgets, log }));
  if (demo) {
    const { demoRoutes } = await import('./demo.js');
    await app.register(demoRoutes(demo, app.get(DemoProvider), address));
  }
  return app;
}
