import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { traceOf, type Logger } from '#core';
import {
  agencyPage,
  languageOf,
  leavingPage,
  membershipsPage,
  PAGE_HEADERS,
  rememberLanguage,
  SignInFault,
  signInOf,
  STYLE,
  STYLE_NAME,
  toldPage,
  type Browser,
  type Place,
  type Membership,
  type SignIn,
  type Told,
} from '#identity';

const STATUS: Record<Told, number> = {
  stopped: 403,
  over: 400,
  agency: 404,
  down: 502,
  refused: 502,
  nobody: 403,
  invitation: 404,
  failed: 500,
  wrongCode: 400,
};

/** As the library names sign-ins. */
const uidSchema = z.object({ uid: z.string().regex(/^[\w-]{1,64}$/) });
const providerForm = z.object({
  token: z.string().optional(),
  demo: z.literal('1').optional(),
  agency: z.string().max(40).default(''),
  invitation: z.string().max(100).optional(),
});
const membershipForm = z.object({ token: z.string().optional(), membership: z.string().optional() });

interface Options {
  signIn: SignIn;
  /** Path of the service's public address. */
  base: () => string;
  /** Whether the demo's provider is there. */
  demo: boolean;
  log: Logger;
}

/** The pages on which people sign in. Each is good in the browser alone in which it was begun. */
export function signInPages({ signIn, base, demo, log }: Options): FastifyPluginAsync {
  return async (fastify) => {
    await fastify.register(formbody, { bodyLimit: 4_096 });
    const placeOf = (request: FastifyRequest): Place => placed(request, base());
    const show = (reply: FastifyReply, text: string, status = 200) =>
      reply.status(status).headers(PAGE_HEADERS).send(text);

    fastify.setErrorHandler((error, request, reply) => {
      const told =
        error instanceof SignInFault ? error.told : error instanceof z.ZodError ? 'over' : 'failed';
      if (told === 'failed') log.error(traceOf(error), 'a sign-in page failed');
      return show(reply, toldPage(placeOf(request), told), STATUS[told]);
    });
    fastify.addHook('onRequest', async (request, reply) => {
      const cookie = rememberLanguage(switchedIn(request), base());
      if (cookie !== undefined) void reply.header('set-cookie', cookie);
    });

    fastify.get(`/sign-in/${STYLE_NAME}`, (_, reply) =>
      reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        })
        .type('text/css; charset=utf-8')
        .send(STYLE),
    );

    /** To the browser's own sign-in, whose cookie is for that address alone: who has another's answer gets nowhere. */
    fastify.get('/sign-in/callback', (request, reply) => {
      const query = queryOf(request);
      const uid = signInOf(query);
      if (uid === undefined) throw new SignInFault('over');
      return reply.headers(PAGE_HEADERS).redirect(`${base()}/sign-in/${uid}/back?${query}`, 303);
    });

    fastify.get('/sign-in/:uid', async (request, reply) => {
      const browser = browserOf(request, reply);
      const token = await signIn.open(browser);
      return show(reply, agencyPage(placeOf(request), browser.uid, token, { demo }));
    });

    fastify.post('/sign-in/:uid/provider', async (request, reply) => {
      const browser = browserOf(request, reply);
      const form = providerForm.parse(request.body ?? {});
      await signIn.checkForm(browser, form.token);
      const place = placeOf(request);
      try {
        return await show(reply, leavingPage(place, await leave(browser, form)));
      } catch (error) {
        if (!(error instanceof SignInFault) || form.token === undefined) throw error;
        const { told } = error;
        return show(reply, agencyPage(place, browser.uid, form.token, { demo, told }), STATUS[told]);
      }
    });

    fastify.get('/sign-in/:uid/back', async (request, reply) => {
      const browser = browserOf(request, reply);
      const next = await signIn.comeBack(browser, queryOf(request));
      return goOn(request, reply, browser, next);
    });

    fastify.post('/sign-in/:uid/membership', async (request, reply) => {
      const browser = browserOf(request, reply);
      const { token, membership } = membershipForm.parse(request.body ?? {});
      await signIn.checkForm(browser, token);
      return goOn(request, reply, browser, await signIn.choose(browser, membership));
    });

    function leave(browser: Browser, form: z.output<typeof providerForm>): Promise<string> {
      const atDemo = form.demo !== undefined;
      if (form.invitation !== undefined) return signIn.leaveInvited(browser, form.invitation.trim(), atDemo);
      return signIn.leave(browser, atDemo ? 'demo' : { agency: form.agency.trim().toUpperCase() });
    }

    async function goOn(
      request: FastifyRequest,
      reply: FastifyReply,
      browser: Browser,
      next: string | Membership[],
    ) {
      if (typeof next === 'string') return reply.headers(PAGE_HEADERS).redirect(next, 303);
      const token = await signIn.open(browser);
      return show(reply, membershipsPage(placeOf(request), browser.uid, token, next));
    }
  };
}

const browserOf = (request: FastifyRequest, reply: FastifyReply): Browser => ({
  request: request.raw,
  response: reply.raw,
  uid: uidSchema.parse(request.params).uid,
});

/** As it was sent. */
const queryOf = ({ url }: FastifyRequest): string => url.split('?')[1] ?? '';

const switchedIn = (request: FastifyRequest): string | undefined =>
  new URLSearchParams(queryOf(request)).get('lang') ?? undefined;

const placed = (request: FastifyRequest, base: string): Place => ({
  base,
  language: languageOf({
    switched: switchedIn(request),
    cookie: request.headers.cookie,
    acceptLanguage: request.headers['accept-language'],
  }),
});
