import { homedir } from 'node:os';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { namedTools, type NamedTools } from './named-tools.js';

const secret = z
  .string()
  .refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    '32 random bytes in base64: openssl rand -base64 32',
  );

/** An address, or a range of them (CIDR), but not of all. */
const isRange = (text: string): boolean =>
  ipaddr.isValid(text) || (ipaddr.isValidCIDR(text) && ipaddr.parseCIDR(text)[1] > 0);

const list = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

/**
 * What the environment may say. This file is the only one that reads it, so a setting that is not listed here
 * does not exist.
 */
const environment = z.object({
  /** Login of the application (role entente_app). */
  DATABASE_URL: z.url().optional(),
  /** Login of the worker (role entente_worker): `entente worker`, and `entente migrate` to make it. */
  DATABASE_WORKER_URL: z.url().optional(),
  /** Login of the schema's owner (role entente_owner): `entente migrate` alone. */
  DATABASE_OWNER_URL: z.url().optional(),
  /** A login that may create roles and databases: `entente migrate` alone, and only the first time. */
  DATABASE_SETUP_URL: z.url().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** Connections for reads; acts have a third of it besides. */
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(12),
  /** Points each agency may spend in a second. */
  AGENCY_BUDGET: z.coerce.number().int().min(1).default(1_000),
  /** Operations of each agency that may run at a time. */
  AGENCY_AT_ONCE: z.coerce.number().int().min(1).default(4),
  /** Sign-ins that one address may begin in a minute. */
  SIGN_INS_A_MINUTE: z.coerce.number().int().min(1).default(60),
  /** Where clients reach the service, when that is not where it listens. */
  ENTENTE_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#]|\/$/.test(url), 'no slash at its end, no query and no fragment')
    .optional(),
  /** Tools in which people sign in, besides the command line: `id=address`, separated by commas. */
  ENTENTE_TOOLS: namedTools.prefault(''),
  /** Addresses or ranges of proxies that the service believes, separated by commas. */
  ENTENTE_TRUSTED_PROXIES: z
    .string()
    .transform(list)
    .refine(
      (ranges) => ranges.every(isRange),
      'IP addresses or CIDR ranges, separated by commas, and not of all',
    )
    .default([]),
  /** The header in which those alone pass on a client's certificate. */
  ENTENTE_CERTIFICATE_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, 'the name of a header')
    .toLowerCase()
    .optional(),
  /** Under it lie the service's own keys: 32 random bytes in base64. */
  ENTENTE_AUTH_SECRET: secret.optional(),
  /** Under it lies what webhooks are signed with: API and worker have it. */
  ENTENTE_WEBHOOK_KEY: secret.optional(),
  /** The one before it, until everything lies under the new one. */
  ENTENTE_WEBHOOK_KEY_BEFORE: secret.optional(),
  /** Agencies' providers may be on this machine, and by http: to try one out. */
  ENTENTE_LOCAL_PROVIDERS: z.enum(['0', '1']).default('0'),
  /**
   * `host:port` of receivers and key documents on this machine, by http, separated by commas: to try one out. In the demo also
   * `name:443=host:port`: what goes to that name by https goes there.
   */
  ENTENTE_LOCAL_RECEIVERS: z.string().default(''),
  ENTENTE_DEMO: z.enum(['0', '1']).default('0'),
  /** Where the demo keeps the key it signs its tokens with. */
  ENTENTE_DEMO_DIRECTORY: z.string().optional(),
  /** The service the command line speaks to. */
  ENTENTE_URL: z.url().optional(),
  XDG_DATA_HOME: z.string().optional(),
  XDG_CONFIG_HOME: z.string().optional(),
});

function read(): z.infer<typeof environment> {
  const present = Object.entries(process.env).filter(([, value]) => value !== '');
  const parsed = environment.safeParse(Object.fromEntries(present));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is not usable: ${faults.join('; ')}`);
}

export interface ApiConfig {
  databaseUrl: string;
  pool: number;
  /** What one agency may ask: points a second, on average, and operations at a time. */
  agency: { budget: number; atOnce: number };
  host: string;
  port: number;
  logLevel: string;
  /** Where the demo's signing key lies; null outside demo mode, and then nothing mints tokens. */
  demoDirectory: string | null;
  /** 32 bytes. The demo makes its own. */
  authSecret?: Buffer | undefined;
  /** 32 bytes each: the first seals, all open. The demo makes its own. */
  webhookKeys?: readonly Buffer[] | undefined;
  /** The address it listens at, if left out. */
  publicUrl?: string | undefined;
  /** Agencies' providers may be on this machine, and by http. */
  localProviders?: boolean | undefined;
  /** What those may begin who have not signed in: one address in a minute, and rows that are kept for all. */
  strangers?: { aMinute: number; most: number } | undefined;
  /** In which people sign in, besides the service's own. */
  tools?: NamedTools | undefined;
  /** In front of the service. */
  proxies?: { ranges: readonly string[]; certificateHeader: string | null } | undefined;
  /** `host:port` where agencies may publish keys at any address, and by http. */
  localSystems?: ReadonlyMap<string, string | null> | undefined;
}

/** About 2 kB each, kept for ten minutes at most. */
const ROWS_OF_STRANGERS = 50_000;

/** @throws Error naming the setting that is missing or malformed */
export function apiConfig(): ApiConfig {
  const env = read();
  if (!env.DATABASE_URL)
    throw new Error('DATABASE_URL is not set: the API needs the login of role entente_app.');
  const demo = env.ENTENTE_DEMO === '1';
  if (demo && !env.ENTENTE_DEMO_DIRECTORY) {
    throw new Error('ENTENTE_DEMO=1 also needs ENTENTE_DEMO_DIRECTORY, the folder of the demo signing key.');
  }
  if (!demo && env.ENTENTE_AUTH_SECRET === undefined) {
    throw new Error(
      'ENTENTE_AUTH_SECRET is not set: under it the API keeps its signing keys. Make it once, with ' +
        '`openssl rand -base64 32`, and give every process the same.',
    );
  }
  const { ENTENTE_TRUSTED_PROXIES: ranges, ENTENTE_CERTIFICATE_HEADER: header = null } = env;
  if (header !== null && ranges.length === 0) {
    throw new Error(
      'ENTENTE_CERTIFICATE_HEADER also needs ENTENTE_TRUSTED_PROXIES: whose header it is. Anybody could send one.',
    );
  }
  return {
    databaseUrl: env.DATABASE_URL,
    pool: env.DATABASE_POOL,
    agency: { budget: env.AGENCY_BUDGET, atOnce: env.AGENCY_AT_ONCE },
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    authSecret: secretOf(env),
    strangers: { aMinute: env.SIGN_INS_A_MINUTE, most: ROWS_OF_STRANGERS },
    tools: env.ENTENTE_TOOLS,
    proxies: { ranges, certificateHeader: header },
    webhookKeys: demo && env.ENTENTE_WEBHOOK_KEY === undefined ? undefined : webhookKeysOf(env),
    publicUrl: env.ENTENTE_PUBLIC_URL,
    localProviders: env.ENTENTE_LOCAL_PROVIDERS === '1',
    localSystems: localReceiversOf(env),
    demoDirectory: demo ? (env.ENTENTE_DEMO_DIRECTORY ?? null) : null,
  };
}

export interface WorkerConfig {
  databaseUrl: string;
  /** 32 bytes each: the first seals, all open. */
  webhookKeys: readonly Buffer[];
  /** As which endpoints know the service: the host of its address. */
  origin: string;
  /** `host:port` that may have any address; to what goes there instead, if it goes elsewhere. */
  localReceivers: ReadonlyMap<string, string | null>;
  logLevel: string;
}

/** @throws Error naming the setting that is missing or malformed */
export function workerConfig(): WorkerConfig {
  const env = read();
  if (!env.DATABASE_WORKER_URL)
    throw new Error('DATABASE_WORKER_URL is not set: the worker needs the login of role entente_worker.');
  return {
    databaseUrl: env.DATABASE_WORKER_URL,
    webhookKeys: webhookKeysOf(env),
    origin: new URL(env.ENTENTE_PUBLIC_URL ?? 'http://localhost').host,
    localReceivers: localReceiversOf(env),
    logLevel: env.LOG_LEVEL,
  };
}

/** @throws Error for a name that is elsewhere than it says, outside the demo */
function localReceiversOf({
  ENTENTE_LOCAL_RECEIVERS: text,
  ENTENTE_DEMO: demo,
}: z.infer<typeof environment>): Map<string, string | null> {
  const receivers = list(text);
  if (demo !== '1' && receivers.some((one) => one.includes('=')))
    throw new Error(
      'ENTENTE_LOCAL_RECEIVERS sends what goes to a name elsewhere: that is for the demo alone (ENTENTE_DEMO=1).',
    );
  return new Map(
    receivers.map((one) => {
      const [name = '', there = null] = one.split('=');
      return [name, there];
    }),
  );
}

const secretOf = ({ ENTENTE_AUTH_SECRET: text }: z.infer<typeof environment>): Buffer | undefined =>
  text === undefined ? undefined : Buffer.from(text, 'base64');

/** @throws Error when there is none */
function webhookKeysOf({
  ENTENTE_WEBHOOK_KEY: key,
  ENTENTE_WEBHOOK_KEY_BEFORE: before,
}: z.infer<typeof environment>): Buffer[] {
  if (key === undefined)
    throw new Error(
      'ENTENTE_WEBHOOK_KEY is not set: under it lies what webhooks are signed with. Make it once, with ' +
        '`openssl rand -base64 32`, and give every API and worker process the same.',
    );
  return [key, ...(before === undefined ? [] : [before])].map((text) => Buffer.from(text, 'base64'));
}

/** @throws Error naming the setting that is malformed */
export function cliConfig() {
  const env = read();
  return {
    databaseUrl: env.DATABASE_URL,
    ownerUrl: env.DATABASE_OWNER_URL,
    setupUrl: env.DATABASE_SETUP_URL,
    workerUrl: env.DATABASE_WORKER_URL,
    demo: env.ENTENTE_DEMO === '1',
    demoDirectory: env.ENTENTE_DEMO_DIRECTORY,
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    pool: env.DATABASE_POOL,
    agency: { budget: env.AGENCY_BUDGET, atOnce: env.AGENCY_AT_ONCE },
    url: env.ENTENTE_URL,
    authSecret: secretOf(env),
    webhookKeys: env.ENTENTE_WEBHOOK_KEY === undefined ? undefined : webhookKeysOf(env),
    publicUrl: env.ENTENTE_PUBLIC_URL,
    localProviders: env.ENTENTE_LOCAL_PROVIDERS,
    signInsAMinute: env.SIGN_INS_A_MINUTE,
    localReceivers: env.ENTENTE_LOCAL_RECEIVERS,
    trustedProxies: env.ENTENTE_TRUSTED_PROXIES.join(),
    certificateHeader: env.ENTENTE_CERTIFICATE_HEADER,
    tools: [...env.ENTENTE_TOOLS].flatMap(([id, addresses]) => addresses.map((one) => `${id}=${one}`)).join(),
    home: homedir(),
    dataHome: env.XDG_DATA_HOME,
    configHome: env.XDG_CONFIG_HOME,
  };
}

export type CliConfig = ReturnType<typeof cliConfig>;
