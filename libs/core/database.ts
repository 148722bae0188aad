import {
  DataSource,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  type EntityManager,
} from 'typeorm';
import { Client, Pool, type ClientConfig, type PoolClient, type QueryConfig } from 'pg';

/**
 * Who asks, and what that takes: an id the database looks up anew in every transaction, and the roles of which
 * one is needed. `@Allow` on the root field says which.
 */
export interface Caller {
  readonly id: string;
  readonly needed: readonly string[];
  /** Of a machine: with which of its keys it signed in. That must be good, too. */
  readonly key?: string | undefined;
  /** Of a person: by which session it got its token. That must not be over. */
  readonly session?: string | undefined;
  /** What it asks is signed with that key, and no token was got with it. */
  readonly signed?: boolean;
}

/** What `enter()` found the caller to be, at this moment. */
export interface Viewer {
  readonly memberId: string;
  readonly agencyId: string;
  readonly roles: readonly string[];
  /** False where the root field needs no content role, or the caller has none: then no content row is readable. */
  readonly reads: boolean;
}

/** A read in a viewer transaction. Everything is asked for before the first answer: it leaves in one go. */
export interface Reader {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

declare const entered: unique symbol;

/** An act's transaction, entered as its caller. Only {@link Database.act} makes one. */
export interface Tx {
  readonly manager: EntityManager;
  readonly viewer: Viewer;
  readonly [entered]: true;
}

const VIEWER = 'select member_id as "memberId", agency_id as "agencyId", roles, reads from';
const ENTER = `${VIEWER} entente.enter($1, $2)`;
const ENTER_BY_KEY = `${VIEWER} entente.enter_by_key($1, $2, $3)`;
const ENTER_BY_SIGNATURE = `${VIEWER} entente.enter_by_signature($1, $2, $3)`;

const ENTER_BY_SESSION = `${VIEWER} entente.enter_by_session($1, $2, $3)`;

/** The statement with which a caller's transaction begins. */
function entering({ id, needed, key, signed = false, session }: Caller): [text: string, values: unknown[]] {
  if (key !== undefined) return [signed ? ENTER_BY_SIGNATURE : ENTER_BY_KEY, [id, needed, key]];
  return session === undefined ? [ENTER, [id, needed]] : [ENTER_BY_SESSION, [id, needed, session]];
}

/** Prepared statements live on every connection: shapes beyond this many go unnamed. */
const NAMED_AT_MOST = 250;

/**
 * The two doors to the database, never mixed. `read` is one snapshot on one raw client, pipelined; `act` is a
 * TypeORM transaction. Both call `enter()` first, so a caller who was suspended a moment ago gets nothing.
 */
export class Database {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly pool: Pool,
    private readonly source: DataSource,
  ) {}

  /**
   * One `repeatable read read only` transaction that leaves in one go: begin, enter, what `fn` asks for before it
   * first waits, commit. One round trip, and no transaction is ever left open for want of an answer of ours.
   * @throws the database's error of enter (EN401, EN403) before any of `fn`
   */
  async read<T>(caller: Caller, fn: (reader: Reader) => Promise<T>): Promise<T> {
    return this.transaction(
      'begin isolation level repeatable read read only',
      (client) => this.rows<Viewer>(client, ...entering(caller)),
      fn,
    );
  }

  /**
   * One transaction in the role of the authorization server, which sees its own tables and none of the application's;
   * nobody is entered. It leaves in one go, as a read does, and has been committed when this resolves.
   */
  async asAuthorizationServer<T>(fn: (reader: Reader) => Promise<T>): Promise<T> {
    const opening = (client: PoolClient) => ask(client, { text: 'set local role entente_auth' });
    return this.transaction('begin', opening, fn, true);
  }

  /**
   * @param opening says whose transaction it is: what it throws goes before what `fn` throws
   * @param writes the answer waits for the commit
   */
  private async transaction<T>(
    begin: string,
    opening: (client: PoolClient) => Promise<unknown>,
    fn: (reader: Reader) => Promise<T>,
    writes = false,
  ): Promise<T> {
    const client = await this.pool.connect();
    const { stream } = client.connection;
    let open = true;
    stream.cork();
    const begun = ask(client, { text: begin });
    const entered = opening(client);
    const reader: Reader = {
      rows: async (text, values = []) => {
        if (!open) throw new Error('A read was asked for after its transaction had left.');
        return this.rows(client, text, values);
      },
    };
    // Async, so that what `fn` throws at once rejects too: the transaction must leave, and the client come back.
    const reading = (async () => fn(reader))();
    open = false;
    // What was read does not wait for the commit; the next user of the connection does.
    const left = ask(client, { text: 'commit' });
    left.then(
      () => client.release(),
      (error: unknown) => client.release(error instanceof Error ? error : true),
    );
    stream.uncork();
    // Every promise has its handler before the first rejection, or Node would end the process.
    const [began, enter, read] = await Promise.allSettled([begun, entered, reading]);
    if (began.status === 'rejected') throw began.reason;
    if (enter.status === 'rejected') throw enter.reason;
    if (read.status === 'rejected') throw read.reason;
    if (writes) await left;
    return read.value;
  }

  /**
   * One read-write transaction as the caller. Whatever throws inside leaves nothing behind.
   */
  async act<T>(caller: Caller, fn: (tx: Tx) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.connect();
      await runner.startTransaction();
      const viewer = only(await runner.manager.query<Viewer[]>(...entering(caller)));
      const result = await fn({ manager: runner.manager, viewer } as Tx);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      // A connection that died cannot roll back, and has.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw connectionEnded(error)
        ? new Error('Connection terminated within an act', { cause: error })
        : error;
    } finally {
      await runner.release();
    }
  }

  /** What functions answer to nobody in particular. Nothing is entered, so no row is readable. */
  async unentered<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.pool.query<Row & object>(text, [...values]);
    return rows;
  }

  /** For health: does the database answer? Nothing is entered, so nothing is readable. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.source.destroy()]);
  }

  private rows<Row>(client: PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
    const name = this.nameOf(text);
    return ask(client, { ...(name && { name }), text, values: [...values] });
  }

  /** One statement name per shape: the same text has the same name on every connection. */
  private nameOf(text: string): string | undefined {
    let name = this.names.get(text);
    if (name === undefined && this.names.size < NAMED_AT_MOST) {
      name = `s${this.names.size}`;
      this.names.set(text, name);
    }
    return name;
  }
}

/**
 * By callback: the driver's own promise keeps the rows alive past the collections of young objects. In a loop of pages
 * each collection then took 17 ms in place of 0.4 ms.
 */
function ask<Row>(client: PoolClient, query: QueryConfig): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query<Row & object>(query, (error: Error | null, result) =>
      error ? reject(error) : resolve(result.rows),
    );
  });
}

/** When a connection ends between two statements, TypeORM gives it back, and of the next says no more than that. */
const connectionEnded = (error: unknown): boolean =>
  error instanceof QueryRunnerAlreadyReleasedError ||
  error instanceof QueryRunnerProviderAlreadyReleasedError;

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('enter() returned no row');
  return row;
}

/**
 * Bounds every statement: a hung query ends by itself, and so does a transaction whose process stopped. No statement
 * reads a table from end to end: whose rows it wants is known only when it runs, so PostgreSQL expects an average
 * agency, and reads everybody's rows for one that has few (4,259 blocks for a total of 100, by the index 103).
 */
const SESSION = [
  'search_path=entente,pg_catalog',
  'statement_timeout=8s',
  'lock_timeout=4s',
  'idle_in_transaction_session_timeout=15s',
  'timezone=UTC',
  'enable_seqscan=off',
  // Up to 17 a plan that cannot do without is priced so high that it would be compiled.
  'jit=off',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

export interface DatabaseOptions {
  url: string;
  /** Connections for reads; acts have a third of it besides, at least two. */
  pool: number;
  entities: DataSource['options']['entities'];
}

/**
 * One that ends fails its queries, and they say so. Told to nobody else, its end would be an unhandled error and end the
 * process: the pools listen while it is idle, TypeORM while it is in use, and neither for a moment between.
 */
class Connection extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** Opens both doors. @throws what the driver throws when the server cannot be reached */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { pool, source } = await connect(options);
  return new Database(pool, source);
}

async function connect({
  url,
  pool: size,
  entities,
}: DatabaseOptions): Promise<{ pool: Pool; source: DataSource }> {
  const shared = {
    options: SESSION,
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    application_name: 'entente',
    Client: Connection,
  };
  const source = new DataSource({
    type: 'postgres',
    url,
    schema: 'entente',
    entities: entities ?? [],
    extra: { ...shared, max: Math.max(2, Math.ceil(size / 3)) },
  });
  const pool = new Pool({ connectionString: url, max: size, ...shared });
  // An idle client whose server went away: the pool drops it, the next request gets a new one.
  pool.on('error', () => undefined);
  try {
    await source.initialize();
  } catch (error) {
    await pool.end();
    throw error;
  }
  return { pool, source };
}
