import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { ACTS, document } from './findings.js';
import { endArrangement } from './partners.js';
import { agencyId, CODES, type Code } from './roster.js';
import { apply, other, refusals, type Act, type Pair } from './serial.js';
import { moved } from './transfers.js';
import { outcomeOf, type World } from './world.js';

/** One act that was sent, and what became of it. */
export interface Sent {
  act: Act;
  key: string;
  /** `done`, or the code of the error. */
  outcome: string;
  /** Microseconds since 1970; of an end alone, which is in no ledger. */
  endedAt?: number;
}

/** What the acts are called in the ledger. */
const RECORDED = {
  reviseFinding: 'finding.revised',
  submitFinding: 'finding.submitted',
  returnFinding: 'finding.returned',
  releaseFinding: 'finding.released',
  recallFinding: 'finding.recalled',
  supersedeFinding: 'finding.superseded',
  expireFinding: 'finding.expired',
};

/**
 * Sends acts at once, and follows those that were done in the order of the ledger: each had to be possible when its
 * turn came, told whom it concerned and nobody else, and is done to `pair` too. What was refused left no entry, and was
 * to be refused at some place in that order.
 * @param delays milliseconds, for each act
 */
export async function race(
  world: World,
  pair: Pair,
  acts: readonly Act[],
  delays: readonly number[] = [],
): Promise<Sent[]> {
  const sent = await Promise.all(acts.map((act, place) => send(world, pair, act, delays[place] ?? 0)));
  try {
    await follow(world, pair, sent);
  } catch (error) {
    throw new Error(`${describeSent(sent)}\n${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return sent;
}

export const describeSent = (sent: readonly Sent[]): string =>
  sent.map(({ act, outcome }) => `${outcome.padEnd(11)} ${JSON.stringify(act)}`).join('\n');

async function follow(world: World, pair: Pair, sent: readonly Sent[]): Promise<void> {
  const entries = await entriesOf(
    world,
    sent.map(({ key }) => key),
  );
  const inOrder = sent
    .filter(({ outcome }) => outcome === 'done')
    .map((one) => ({ ...one, entry: entries.get(one.key) }))
    .sort((a, b) => at(a) - at(b));
  expect(entries.size).toBe(inOrder.filter(({ act }) => act.name !== 'endArrangement').length);
  const moments = [structuredClone(pair)];
  for (const { act, entry } of inOrder) {
    expect([act.name, refusals(pair, act)]).toEqual([act.name, []]);
    const concerned = apply(pair, act, entry?.revision ?? '');
    if (act.name !== 'endArrangement')
      expect(entry).toMatchObject({ act: RECORDED[act.name], concerned: concerned.sort() });
    moments.push(structuredClone(pair));
  }
  for (const { act, outcome } of sent) {
    // Too busy is an answer to any act.
    if (outcome === 'done' || outcome === 'UNAVAILABLE') continue;
    expect([act.name, moments.flatMap((moment) => refusals(moment, act))]).toEqual([
      act.name,
      expect.arrayContaining([outcome]),
    ]);
  }
}

const at = ({ endedAt, entry }: { endedAt?: number; entry: Entry | undefined }): number =>
  endedAt ?? entry?.at ?? Number.NaN;

async function send(world: World, pair: Pair, act: Act, delay: number): Promise<Sent> {
  const key = randomUUID();
  if (delay > 0) await pause(delay);
  if (act.name === 'endArrangement')
    return { act, key, outcome: 'done', endedAt: await endArrangement(world, pair.arrangement.id) };
  const drafts = ['reviseFinding', 'submitFinding'].includes(act.name);
  const answer = await world
    .as(pair.author, drafts ? 'CONTRIBUTOR' : 'RELEASER')
    .query(ACTS[act.name], { input: { idempotencyKey: key, ...inputOf(pair, act) } });
  const outcome = outcomeOf(answer).split(' ')[0] ?? '';
  return { act, key, outcome };
}

function inputOf({ stories, ...pair }: Pair, act: Exclude<Act, { name: 'endArrangement' }>): object {
  const findingId = stories[act.of].id;
  switch (act.name) {
    case 'reviseFinding':
      return { basedOn: act.basedOn, document: titled(act.title) };
    case 'submitFinding':
      return { revisionId: act.revision };
    case 'returnFinding':
      return { revisionId: act.revision, note: `Not yet, ${pair.author}.` };
    case 'releaseFinding':
      return {
        revisionId: act.revision,
        recipients: act.to.map(([code, arrangement]) => ({
          agencyId: agencyId(code),
          arrangementId: arrangement,
        })),
        without: act.without.map(agencyId),
      };
    case 'recallFinding':
      return { findingId, reason: act.reason, ...(act.from && { agencyIds: act.from.map(agencyId) }) };
    case 'supersedeFinding':
      return { findingId, successorId: stories[other(act.of)].id };
    case 'expireFinding':
      return { findingId };
  }
}

export const titled = (title: string) =>
  document({
    texts: [{ language: 'en', origin: 'original', title, body: `Body of ${title}.` }],
    // Of this revision alone: what is seen of it is seen by nobody who sees another.
    indicators: [{ type: 'account', value: `bithumb.com/${title.split(' ').at(-1)}`, role: 'suspect' }],
    transfers: [moved('sender', title, 1)],
  });

interface Entry {
  key: string;
  /** Microseconds since 1970. */
  at: number;
  act: string;
  revision: string | null;
  /** The other agencies whose ledgers have it. */
  concerned: Code[];
}

/** The entry each act left, by its idempotency key: the two were written by one transaction. */
async function entriesOf(world: World, keys: readonly string[]): Promise<Map<string, Entry>> {
  const rows = await world.sql<Omit<Entry, 'at' | 'concerned'> & { at: string; concerned: string[] }>(
    `select k.key, micros(e.recorded_at) as at, e.act, e.revision_id as revision,
            array(select c.agency_id from entry c where c.xmin = e.xmin and c.agency_id <> e.agency_id) as concerned
       from idempotency_key k join entry e on e.xmin = k.xmin and e.agency_id = k.agency_id
      where k.key = any ($1)`,
    [keys],
  );
  const codes = new Map(CODES.map((code) => [agencyId(code), code]));
  const codeOf = (id: string) => codes.get(id) ?? [];
  return new Map(
    rows.map((row) => [
      row.key,
      { ...row, at: Number(row.at), concerned: row.concerned.flatMap(codeOf).sort() },
    ]),
  );
}
