import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import formbody from '@fastify/formbody';
import { z } from 'zod';
import {
  CONSOLE,
  DEMO_PROVIDER_PATH,
  languageOf,
  PAGE_HEADERS,
  TOKEN_LIFE,
  toldPage,
  type DemoIssuer,
  type DemoProvider,
  type PublicAddress,
} from '#identity';
import { graphiql } from './graphiql/graphiql.js';
import { queries } from './graphiql/queries.js';

const querySchema = z.object({ agency: z.string(), role: z.string() });
const memberSchema = z.object({ subject: z.string().optional() });

/** What demo mode adds to the API: tokens for the demo's members, their own sign-in, and GraphiQL. */
export function demoRoutes(
  issuer: DemoIssuer,
  provider: DemoProvider,
  address: PublicAddress,
): FastifyPluginAsync {
  return async (fastify) => {
    const tasks = queries.filter(({ agency, role }) => issuer.memberId(agency, role) !== undefined);
    await fastify.register(graphiql([...issuer.members], tasks, CONSOLE));
    await fastify.register(providerRoutes(provider));
    await fastify.register(memberPages(provider, address));
    fastify.get('/demo/token', async (request, reply) => {
      const asked = querySchema.safeParse(request.query);
      const memberId = asked.success && issuer.memberId(asked.data.agency, asked.data.role);
      if (!memberId) return reply.status(404).send({ code: 'NOT_FOUND', message: 'No such demo member.' });
      void reply.header('cache-control', 'no-store');
      return { token: await issuer.mint(memberId), expiresIn: TOKEN_LIFE };
    });
  };
}

/** What the library answers of the demo's provider. */
function providerRoutes(provider: DemoProvider): FastifyPluginAsync {
  return async (fastify) => {
    // The library reads the body itself.
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      reply.hijack();
      await provider.answer(request.url.slice(DEMO_PROVIDER_PATH.length), request.raw, reply.raw);
    };
    const routes = [
      ['GET', '/.well-known/openid-configuration'],
      ['GET', '/jwks'],
      ['GET', '/auth'],
      ['GET', '/auth/:uid'],
      ['POST', '/token'],
    ] as const;
    for (const [method, path] of routes)
      fastify.route({ method, url: `${DEMO_PROVIDER_PATH}${path}`, handler });
  };
}

/** The list of the demo's members, and the click. */
function memberPages(provider: DemoProvider, address: PublicAddress): FastifyPluginAsync {
  return async (fastify) => {
    await fastify.register(formbody, { bodyLimit: 4_096 });
    const placeOf = ({ headers }: FastifyRequest) => ({
      base: address.base,
      language: languageOf({ cookie: headers.cookie, acceptLanguage: headers['accept-language'] }),
    });
    fastify.setErrorHandler((_, request, reply) =>
      reply
        .status(400)
        .headers(PAGE_HEADERS)
        .send(toldPage(placeOf(request), 'over')),
    );
    fastify.get(`${DEMO_PROVIDER_PATH}/members/:uid`, async (request, reply) =>
      reply.headers(PAGE_HEADERS).send(await provider.list(request.raw, reply.raw, placeOf(request))),
    );
    fastify.post(`${DEMO_PROVIDER_PATH}/members/:uid`, async (request, reply) => {
      const { subject } = memberSchema.parse(request.body ?? {});
      const next = await provider.choose(request.raw, reply.raw, subject);
      return reply.headers(PAGE_HEADERS).redirect(next, 303);
    });
  };
}
