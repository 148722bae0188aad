import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, type ApiConfig } from '#core';
import { DemoIssuer } from '#identity';
import { createApp } from '../../apps/api/create-app.js';
import { bothId, CODES, memberId, MEMBER_ROLES, type Code, type MemberRole } from './roster.js';
import { cloneDatabase, openPool, type TestDatabase } from './server.js';

export interface Answer<Data> {
  status: number;
  data: Data;
  errors: { message: string; path?: (string | number)[]; extensions: { code: string; faults?: Fault[] } }[];
  /** The exact bytes of the answer, but for what is left of the budget. */
  text: string;
}

/** What became of a request, in a word or two: `done`, or each error's code and the paths at fault. */
export const outcomeOf = ({ errors }: Pick<Answer<unknown>, 'errors'>): string =>
  errors
    .map(({ extensions: { code, faults = [] } }) => [code, ...faults.map(({ path }) => path)].join(' '))
    .join('; ') || 'done';

interface Fault {
  path: string;
  message: string;
}

export interface Client {
  query<Data = Record<string, never>>(document: string, variables?: object): Promise<Answer<Data>>;
  /** As `query`, and throws if there is any error. */
  ask<Data>(document: string, variables?: object): Promise<Data>;
}

/** The real application on a database of its own, listening on a free port. */
export interface World {
  url: string;
  database: TestDatabase;
  /** A member of an agency by its one role, or the one who has both CONTRIBUTOR and RELEASER; or nobody. */
  as(code: Code, role: MemberRole | 'BOTH'): Client;
  /** Any membership, by its id. */
  member(id: string): Client;
  anonymous: Client;
  /** Whoever holds this very token; the others have a fresh one for every request. */
  holding(token: string): Client;
  issuer: DemoIssuer;
  /** Reads or changes anything, as the server's set-up login: what the application could not. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** One whose application runs in this process. */
export interface OwnWorld extends World {
  /** The application's own doors to its database. */
  doors: Database;
  /** Ends this world, and gives two that begin as it ended: the same rows, ids and times. */
  fork(): Promise<[OwnWorld, OwnWorld]>;
}

export interface WorldOptions {
  /** A clone of the migrated template if left out; dropped at the end in either case. */
  database?: TestDatabase;
  /** Folder of the demo whose key signs here too: passport has one strategy of a name, and so one issuer, in a process. */
  demo?: string;
  /** Connections for reads; acts have a third of it besides. */
  pool?: number;
  /** What each agency may ask: by default more than any test does. */
  agency?: ApiConfig['agency'];
  /** What else the application is told. */
  config?: Partial<ApiConfig>;
}

export async function startWorld({
  database,
  demo,
  pool = 4,
  agency = UNBOUNDED,
  config: more,
}: WorldOptions = {}): Promise<OwnWorld> {
  const own = database ?? (await cloneDatabase());
  const { issuer, directory } = await openDemo(demo);
  const config: ApiConfig = {
    databaseUrl: own.appUrl,
    pool,
    agency,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    demoDirectory: directory,
    ...more,
  };
  const app = await createApp(config);
  await app.listen(0, '127.0.0.1');
  const clear = async () => {
    await own.drop();
    await rm(directory, { recursive: true });
  };
  let end = async () => {
    await app.close();
    await clear();
  };
  const world = worldAt(await app.getUrl(), own, issuer, () => end());
  const fork = async (): Promise<[OwnWorld, OwnWorld]> => {
    end = () => app.close();
    await world.close();
    const again = async () =>
      startWorld({ database: await cloneDatabase({ from: own.name }), demo: directory, pool, agency });
    const two: [OwnWorld, OwnWorld] = [await again(), await again()];
    await clear();
    return two;
  };
  return { ...world, doors: app.get(Database), fork };
}

const UNBOUNDED = { budget: 1_000_000, atOnce: 1_000 };

/**
 * A signing key of the world's own, and the folder in which the application finds it.
 * @param from the folder whose key it is to be; a new one if left out
 */
export async function openDemo(from?: string): Promise<{ issuer: DemoIssuer; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'entente-demo-'));
  if (from !== undefined) await cp(from, directory, { recursive: true });
  await DemoIssuer.create(directory, demoMembers());
  return { issuer: await DemoIssuer.open(directory), directory };
}

/**
 * The application that answers at this address.
 * @param end stops it, and drops its database
 */
export function worldAt(
  url: string,
  database: TestDatabase,
  issuer: DemoIssuer,
  end: () => Promise<void>,
): World {
  const pool = openPool(database.setupUrl);
  const clientOf = (member: string | null): Client =>
    new HttpClient(url, member === null ? null : () => issuer.mint(member));
  return {
    url,
    database,
    issuer,
    as: (code, role) => clientOf(role === 'BOTH' ? bothId(code) : memberId(code, role)),
    member: clientOf,
    anonymous: clientOf(null),
    holding: (token) => new HttpClient(url, async () => token),
    sql: async (text, values = []) => (await pool.query(text, values)).rows as never,
    close: async () => {
      await pool.end();
      await end();
    },
  };
}

const demoMembers = () =>
  CODES.flatMap((agency) =>
    MEMBER_ROLES.filter((role) => (agency === 'HUB') === (role === 'OPERATOR')).map((role) => ({
      agency,
      role: role.toLowerCase().replace('_', '-'),
      memberId: memberId(agency, role),
      subject: `${agency}/${role}`,
    })),
  );

/** What is left of the agency's budget differs from one answer to the next. */
const BUDGET = /,"extensions":\{"cost":\{[^}]*\}\}/;

class HttpClient implements Client {
  constructor(
    private readonly url: string,
    private readonly token: (() => Promise<string>) | null,
  ) {}

  async query<Data>(document: string, variables: object = {}): Promise<Answer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token && { authorization: `Bearer ${await this.token()}` }),
      },
      body: JSON.stringify({ query: document, variables }),
    });
    const text = (await response.text()).replace(BUDGET, '');
    const { data = null, errors = [] } = JSON.parse(text) as { data?: Data; errors?: Answer<Data>['errors'] };
    return { data: data as Data, status: response.status, errors, text };
  }

  async ask<Data>(document: string, variables?: object): Promise<Data> {
    const { data, errors } = await this.query<Data>(document, variables);
    if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
    return data;
  }
}
