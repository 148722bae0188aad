import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { CliConfig } from '#core';
import { serviceUrl } from './ask.js';
import type { ListFile } from './list-file.js';
import { SystemClient } from './system-client.js';
import { demoToken } from './token.js';

/** Sends one operation as the caller, and gives the answer as it came. */
export type Ask = (query: string, variables: object) => Promise<Response>;

export interface ListHeader {
  name: string;
  kind: string;
  source: string;
  licence?: string | undefined;
  retrievedAt: string;
}

const BATCH = 1_000;
/** Seconds to wait where the service says no time. */
const WAIT = 2;

const STAGE = `mutation ($input: StageListInput!) {
  stageList(input: $input) { version { id number keys digest } refused { row reason } } }`;
const PUBLISH = `mutation ($input: PublishListInput!) {
  publishList(input: $input) { subjectId pendingAct { id hash } } }`;
const VERSIONS = `query ($after: String) { referenceLists(first: 50, after: $after) {
  nodes { name versions(first: 10) { nodes { id number added removed unchanged } } } pageInfo { hasNextPage endCursor } } }`;
const ROLL_BACK = `mutation ($input: RollBackListInput!) {
  rollBackList(input: $input) { subjectId pendingAct { id hash } } }`;

const stagedSchema = z.object({
  stageList: z.object({
    version: z.object({ id: z.string(), number: z.int().nullable(), keys: z.int(), digest: z.string() }),
    refused: z.array(z.object({ row: z.int(), reason: z.string() })),
  }),
});
const administered = z.object({
  subjectId: z.string(),
  pendingAct: z.object({ id: z.string(), hash: z.string() }).nullable(),
});
const versionsSchema = z.object({
  referenceLists: z.object({
    nodes: z.array(
      z.object({
        name: z.string(),
        versions: z.object({
          nodes: z.array(
            z.object({
              id: z.string(),
              number: z.int().nullable(),
              added: z.int().nullable(),
              removed: z.int().nullable(),
              unchanged: z.int().nullable(),
            }),
          ),
        }),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

export interface Imported {
  /** What was not taken, by its place in the file. */
  refused: { place: number; reason: string }[];
  keys: number;
  /** What the new version changed; null while it waits for a second person. */
  changed: { number: number; added: number; removed: number; unchanged: number } | null;
  pendingAct: { id: string; hash: string } | null;
}

/**
 * Stages a file in batches and publishes it. Broken off, it is sent again whole: what was staged counts once.
 * @param progress called with the rows that were sent
 * @throws Error with the service's own words
 */
export async function importList(
  ask: Ask,
  header: ListHeader,
  { rows, places }: ListFile,
  progress: (sent: number) => void,
): Promise<Imported> {
  const digest = createHash('sha256')
    .update(JSON.stringify([header, rows]))
    .digest('hex');
  const refused: Imported['refused'] = [];
  let version: z.output<typeof stagedSchema>['stageList']['version'] | undefined;
  for (let done = 0; done < rows.length; done += BATCH) {
    const input = { idempotencyKey: `${digest}-${done}`, ...header, rows: rows.slice(done, done + BATCH) };
    const { stageList } = stagedSchema.parse(await answered(ask, STAGE, { input }));
    version = stageList.version;
    for (const { row, reason } of stageList.refused) refused.push({ place: places[done + row] ?? 0, reason });
    progress(Math.min(done + BATCH, rows.length));
  }
  if (version === undefined) throw new Error('The file has no rows.');
  const { id, number, keys } = version;
  if (keys === 0) throw new Error('No row of the file was taken: nothing is published.');
  let pendingAct: Imported['pendingAct'] = null;
  // Sent again after it was published: there is nothing more to do.
  if (number === null) {
    const input = { idempotencyKey: `${digest}-publish`, versionId: id, digest: version.digest };
    const done = z
      .object({ publishList: administered })
      .parse(await answered(ask, PUBLISH, { input })).publishList;
    pendingAct = done.pendingAct;
  }
  return { refused, keys, pendingAct, changed: pendingAct ? null : await changesOf(ask, id) };
}

/** Gives a list the contents of an earlier version. @returns the pending act, where it takes two */
export async function rollBack(ask: Ask, listId: string, version: number): Promise<Imported['pendingAct']> {
  const input = { idempotencyKey: `${listId}-${version}-${Date.now()}`, listId, version };
  return z.object({ rollBackList: administered }).parse(await answered(ask, ROLL_BACK, { input }))
    .rollBackList.pendingAct;
}

async function changesOf(ask: Ask, versionId: string): Promise<Imported['changed']> {
  for (let after: string | null = null, more = true; more;) {
    const page: z.output<typeof versionsSchema>['referenceLists'] = versionsSchema.parse(
      await answered(ask, VERSIONS, { after }),
    ).referenceLists;
    const found = page.nodes.flatMap(({ versions }) => versions.nodes).find(({ id }) => id === versionId);
    if (found) {
      const { number, added, removed, unchanged } = found;
      return { number: number ?? 0, added: added ?? 0, removed: removed ?? 0, unchanged: unchanged ?? 0 };
    }
    after = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
  }
  return null;
}

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({
          code: z.string(),
          faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
        }),
      }),
    )
    .optional(),
});

/** @returns the data; waits while the agency has spent its budget. @throws Error with the service's own words */
export async function answered(ask: Ask, query: string, variables: object): Promise<unknown> {
  for (;;) {
    const response = await ask(query, variables);
    const { data, errors = [] } = answerSchema.parse(await response.json());
    const [error] = errors;
    if (!error) return data;
    if (error.extensions.code !== 'RATE_LIMITED') {
      const faults = error.extensions.faults?.map(({ path, message }) => `${path}: ${message}`) ?? [];
      throw new Error([error.message, ...faults].join('\n  '));
    }
    await pause(Number(response.headers.get('retry-after') ?? WAIT) * 1000);
  }
}

export interface Who {
  /** Of the demo: an agency and a role. */
  agency?: string | undefined;
  role?: string | undefined;
  /** A system client, and the file with its private key. */
  client?: string | undefined;
  key?: string | undefined;
}

/** Asks as a system client, or as a member of the demo. @throws Error when it is not said who asks */
export async function askerOf(settings: CliConfig, { agency, role, client, key }: Who): Promise<Ask> {
  const url = await serviceUrl(settings);
  if (client !== undefined && key !== undefined) {
    const machine = await SystemClient.open(url, client, JSON.parse(await readFile(key, 'utf8')) as JWK);
    return (query, variables) => machine.ask(query, variables);
  }
  if (agency === undefined || role === undefined)
    throw new Error(
      'Say who imports it: --client and --key of a system client, or --agency and --role in the demo.',
    );
  return bearing(url, () => demoToken(settings, agency, role));
}

/** Asks with a token of its own for each request. */
export const bearing =
  (url: string, token: () => Promise<string>): Ask =>
  async (query, variables) =>
    fetch(new URL('/graphql', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
      body: JSON.stringify({ query, variables }),
    });

/** A bar on the terminal's error stream; nothing where that is none. */
export function bar(total: number, unit = 'rows'): { update: (sent: number) => void; stop: () => void } {
  const shown = new SingleBar({ format: `[{bar}] {value} of {total} ${unit}`, noTTYOutput: false });
  shown.start(total, 0);
  return { update: (sent) => shown.update(sent), stop: () => shown.stop() };
}
