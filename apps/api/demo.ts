import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { TOKEN_LIFE, type DemoIssuer } from '#identity';
import { graphiql } from './graphiql/graphiql.js';
import { queries } from './graphiql/queries.js';

const querySchema = z.object({ agency: z.string(), role: z.string() });

/** What demo mode adds to the API: tokens for the demo's members, and GraphiQL. */
export function demoRoutes(issuer: DemoIssuer): FastifyPluginAsync {
  return async (fastify) => {
    const tasks = queries.filter(({ agency, role }) => issuer.memberId(agency, role) !== undefined);
    await fastify.register(graphiql([...issuer.members], tasks));
    fastify.get('/demo/token', async (request, reply) => {
      const asked = querySchema.safeParse(request.query);
      const memberId = asked.success && issuer.memberId(asked.data.agency, asked.data.role);
      if (!memberId) return reply.status(404).send({ code: 'NOT_FOUND', message: 'No such demo member.' });
      void reply.header('cache-control', 'no-store');
      return { token: await issuer.mint(memberId), expiresIn: TOKEN_LIFE };
    });
  };
}
