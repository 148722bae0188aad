import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RateLimited, traceOf, type Logger } from '#core';
import {
  agencyPage,
  languageOf,
  leavingPage,
  membershipsPage,
  PAGE_HEADERS,
  PASSKEY_HEADERS,
  PASSKEY_SCRIPT,
  PASSKEY_SCRIPT_NAME,
  passkeyPage,
  rememberLanguage,
  SignInFault,
  signInOf,
  STYLE,
  STYLE_NAME,
  toldPage,
  type Browser,
  type Ceremony,
  type Place,
  type Membership,
  type PasskeySignIn,
  type SignIn,
  type Strangers,
  type Told,
} from '#identity';

const STATUS: Record<Told, number> = {
  stopped: 403,
  over: 400,
  agency: 404,
  down: 502,
  refused: 502,
  weak: 403,
  busy: 429,
  nobody: 403,
  invitation: 404,
  passkey: 403,
  another: 409,
  failed: 500,
  wrongCode: 400,
};

/** As the library names sign-ins. */
const uidSchema = z.object({ uid: z.string().regex(/^[\w-]{1,64}$/) });
/** Code of an agency, or the demo's word. */
const placeSchema = z.object({ place: z.string().regex(/^[\w-]{1,40}$/) });
const providerForm = z.object({
  token: z.string().optional(),
  demo: z.literal('1').optional(),
  agency: z.string().max(40).default(''),
  invitation: z.string().max(100).optional(),
});
const membershipForm = z.object({ token: z.string().optional(), membership: z.string().optional() });

const askForm = z.object({ token: z.string().optional(), adds: z.literal('1').optional() });
const answerForm = z.object({
  token: z.string().optional(),
  answer: z.string().default(''),
  name: z.string().max(200).default(''),
});

/** An answer of an authenticator is 2 kB at most, and a form doubles what is not plain. */
const FORM_LIMIT = 16_384;

interface Options {
  signIn: SignIn;
  passkeys: PasskeySignIn;
  /** Path of the service's public address. */
  base: () => string;
  strangers: Strangers;
  /** Whether the demo's provider is there. */
  demo: boolean;
  log: Logger;
}

/** The pages on which people sign in. Each is good in the browser alone in which it was begun. */
export function signInPages({ signIn, passkeys, base, strangers, demo, log }: Options): FastifyPluginAsync {
  return async (fastify) => {
    await fastify.register(formbody, { bodyLimit: FORM_LIMIT });
    const placeOf = (request: FastifyRequest): Place => placed(request, base());
    const show = (reply: FastifyReply, text: string, status = 200) =>
      reply.status(status).headers(PAGE_HEADERS).send(text);

    fastify.setErrorHandler((error, request, reply) => {
      if (error instanceof RateLimited) return tellBusy(request, reply, base(), error);
      const told =
        error instanceof SignInFault ? error.told : error instanceof z.ZodError ? 'over' : 'failed';
      if (told === 'failed') log.error(traceOf(error), 'a sign-in page failed');
      return show(reply, toldPage(placeOf(request), told), STATUS[told]);
    });
    fastify.addHook('onRequest', async (request, reply) => {
      const cookie = rememberLanguage(switchedIn(request), base());
      if (cookie !== undefined) void reply.header('set-cookie', cookie);
    });

    // Not before the body is read: that comes as if nobody had asked for it.
    fastify.addHook('preHandler', (request, _, done) => strangers.inLine(request, done));

    for (const [name, type, content] of STATIC)
      fastify.get(`/sign-in/${name}`, (_, reply) => reply.headers(FOR_EVER).type(type).send(content));

    /** To the browser's own sign-in, whose cookie is for that address alone: who has another's answer gets nowhere. */
    fastify.get('/sign-in/callback/:place', (request, reply) => {
      const { place } = placeSchema.parse(request.params);
      const query = queryOf(request);
      const uid = signInOf(query);
      if (uid === undefined) throw new SignInFault('over');
      return reply.headers(PAGE_HEADERS).redirect(`${base()}/sign-in/${uid}/back/${place}?${query}`, 303);
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
      // Each code that is tried is looked up, and its agency's provider is asked.
      await strangers.admit(request);
      const place = placeOf(request);
      try {
        const invitation = form.demo === undefined ? form.invitation?.trim() : undefined;
        const ceremony = invitation === undefined ? undefined : await passkeys.invited(browser, invitation);
        if (ceremony) return await showCeremony(request, reply, browser, ceremony);
        return await show(reply, leavingPage(place, await leave(browser, form)));
      } catch (error) {
        if (!(error instanceof SignInFault) || form.token === undefined) throw error;
        const { told } = error;
        return show(reply, agencyPage(place, browser.uid, form.token, { demo, told }), STATUS[told]);
      }
    });

    fastify.get('/sign-in/:uid/back/:place', async (request, reply) => {
      const browser = browserOf(request, reply);
      const { place } = placeSchema.parse(request.params);
      const next = await signIn.comeBack(browser, place, queryOf(request));
      return goOn(request, reply, browser, next);
    });

    fastify.post('/sign-in/:uid/membership', async (request, reply) => {
      const browser = browserOf(request, reply);
      const { token, membership } = membershipForm.parse(request.body ?? {});
      await signIn.checkForm(browser, token);
      return goOn(request, reply, browser, await signIn.choose(browser, membership));
    });

    fastify.post('/sign-in/:uid/passkey', async (request, reply) => {
      const browser = browserOf(request, reply);
      const { token, adds } = askForm.parse(request.body ?? {});
      await signIn.checkForm(browser, token);
      const ceremony = await passkeys.ask(browser, adds !== undefined);
      return showCeremony(request, reply, browser, ceremony);
    });

    fastify.post('/sign-in/:uid/passkey/use', async (request, reply) => {
      const browser = browserOf(request, reply);
      const { token, answer } = answerForm.parse(request.body ?? {});
      await signIn.checkForm(browser, token);
      return goOn(request, reply, browser, await passkeys.answered(browser, answer));
    });

    fastify.post('/sign-in/:uid/passkey/make', async (request, reply) => {
      const browser = browserOf(request, reply);
      const { token, answer, name } = answerForm.parse(request.body ?? {});
      await signIn.checkForm(browser, token);
      return goOn(request, reply, browser, await passkeys.made(browser, answer, name));
    });

    async function showCeremony(
      request: FastifyRequest,
      reply: FastifyReply,
      browser: Browser,
      ceremony: Ceremony,
    ) {
      const token = await signIn.open(browser);
      const shown = passkeyPage(placeOf(request), browser.uid, token, ceremony);
      return reply.headers(PASSKEY_HEADERS).send(shown);
    }

    function leave(browser: Browser, form: z.output<typeof providerForm>): Promise<string> {
      const atDemo = form.demo !== undefined;
      if (form.invitation !== undefined) return signIn.leaveInvited(browser, form.invitation.trim(), atDemo);
      return signIn.leave(browser, atDemo ? 'demo' : { agency: form.agency.trim().toUpperCase() });
    }

    async function goOn(
      request: FastifyRequest,
      reply: FastifyReply,
      browser: Browser,
      next: string | Membership[] | Ceremony,
    ) {
      if (typeof next === 'string') return reply.headers(PAGE_HEADERS).redirect(next, 303);
      if (!Array.isArray(next)) return showCeremony(request, reply, browser, next);
      const token = await signIn.open(browser);
      return show(reply, membershipsPage(placeOf(request), browser.uid, token, next));
    }
  };
}

/** What somebody at a browser is told who is to wait. */
export const tellBusy = (
  request: FastifyRequest,
  reply: FastifyReply,
  base: string,
  { retryAfter }: RateLimited,
): FastifyReply =>
  reply
    .status(STATUS.busy)
    .headers({ ...PAGE_HEADERS, 'retry-after': String(retryAfter) })
    .send(toldPage(placed(request, base), 'busy'));

const STATIC = [
  [STYLE_NAME, 'text/css; charset=utf-8', STYLE],
  [PASSKEY_SCRIPT_NAME, 'text/javascript; charset=utf-8', PASSKEY_SCRIPT],
] as const;
const FOR_EVER = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
};

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
