import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { DemoIssuer, TOKEN_LIFE } from '#identity';

/** Who may be signed in as in the demo: written beside the signing key when the demo's roster is enrolled. */
const membersSchema = z.array(z.object({ agency: z.string(), role: z.string(), memberId: z.uuid() }));

const querySchema = z.object({ agency: z.string(), role: z.string() });

/** What demo mode adds to the API: a signing key of its own, tokens for its members, GraphiQL. */
export interface Demo {
  issuer: DemoIssuer;
  routes: FastifyPluginAsync;
}

/** @param directory the demo's folder. Nothing outside demo mode calls this, and without it no token is minted. */
export async function openDemo(directory: string): Promise<Demo> {
  const issuer = await DemoIssuer.open(directory);
  const members = membersSchema.parse(JSON.parse(await readFile(join(directory, 'members.json'), 'utf8')));
  return { issuer, routes: demoRoutes(issuer, members) };
}

function demoRoutes(issuer: DemoIssuer, members: z.output<typeof membersSchema>): FastifyPluginAsync {
  return async (fastify) => {
    const [{ graphiql }, { queries }] = await Promise.all([
      import('./graphiql/graphiql.js'),
      import('./graphiql/queries.js'),
    ]);
    const known = queries.filter((task) =>
      members.some(({ agency, role }) => agency === task.agency && role === task.role),
    );
    await fastify.register(graphiql(members, known));
    fastify.get('/demo/token', async (request, reply) => {
      const asked = querySchema.safeParse(request.query);
      const member = members.find(
        ({ agency, role }) => agency === asked.data?.agency && role === asked.data.role,
      );
      if (!member) return reply.status(404).send({ code: 'NOT_FOUND', message: 'No such demo member.' });
      void reply.header('cache-control', 'no-store');
      return { token: await issuer.mint(member.memberId), expiresIn: TOKEN_LIFE };
    });
  };
}
