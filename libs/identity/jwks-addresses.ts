import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { givenKey, publicKeySchema, type GivenKey } from '#access';
import type { Attempt, Sender } from '#outbound';

interface Times {
  /** Milliseconds for which a document is believed, whatever its headers say. */
  fresh: number;
  /** Milliseconds before an address is asked again, for a `kid` that it did not have or after it failed. */
  again: number;
}

const TIMES = { fresh: 5 * 60_000, again: 30_000 };
/** Bytes, and keys, that a document may have. */
export const LARGEST = 64 * 1024;
const MOST_KEYS = 50;
/** Addresses of one agency that are asked at a time: a slow one holds nobody else up. */
const AT_ONCE = 2;

type Fault = NonNullable<Attempt['fault']> | 'STATUS' | 'TOO_LARGE' | 'NO_KEYS' | 'BUSY';

/** Why no key could be read at an address, in a word for who runs it. */
export class Unreadable extends Error {
  constructor(readonly fault: Fault) {
    super(fault);
  }
}

interface Known {
  keys: ReadonlyMap<string, GivenKey>;
  /** By `performance.now()`. */
  readAt: number;
  askedAt: number;
  /** What came of it when it was asked last. */
  fault: Fault | null;
}

/**
 * Keys of clients where their agencies publish them (RFC 7517). A document is read when a key of it is needed: at most
 * once in half a minute for each address, and within 8 s. What is older than five minutes is not believed.
 */
export class JwksAddresses implements OnApplicationShutdown {
  private readonly known = new LRUCache<string, Known>({ max: 1_000 });
  private readonly asking = new Map<string, Promise<Known>>();
  private readonly atOnce = new Map<string, number>();

  constructor(
    private readonly sender: Sender,
    private readonly times: Times = TIMES,
  ) {}

  /**
   * @param agency whose address it is
   * @returns undefined when there is no such key, as far as is known
   * @throws Unreadable when the address is down or its answer is no JWKS, and what it said before is too old
   */
  async keyOf(agency: string, uri: string, kid: string): Promise<GivenKey | undefined> {
    const before = this.known.get(uri);
    const found =
      before && performance.now() - before.readAt < this.times.fresh ? before.keys.get(kid) : undefined;
    if (found) return found;
    const { keys, fault } =
      before && performance.now() - before.askedAt < this.times.again
        ? before
        : await this.ask(agency, uri, before);
    if (fault) throw new Unreadable(fault);
    return keys.get(kid);
  }

  onApplicationShutdown(): void {
    this.sender.close();
  }

  /** Whoever asks meanwhile shares the answer. */
  private ask(agency: string, uri: string, before: Known | undefined): Promise<Known> {
    const under = this.asking.get(uri);
    if (under) return under;
    const others = this.atOnce.get(agency) ?? 0;
    if (others >= AT_ONCE) throw new Unreadable('BUSY');
    this.atOnce.set(agency, others + 1);
    const asked = this.read(uri, before).finally(() => {
      this.asking.delete(uri);
      const left = (this.atOnce.get(agency) ?? 1) - 1;
      if (left === 0) this.atOnce.delete(agency);
      else this.atOnce.set(agency, left);
    });
    this.asking.set(uri, asked);
    return asked;
  }

  private async read(uri: string, before: Known | undefined): Promise<Known> {
    const attempt = await this.sender.send(uri, async () => REQUEST);
    const now = performance.now();
    const read = documentOf(attempt);
    const known =
      typeof read === 'string'
        ? { keys: before?.keys ?? new Map(), readAt: before?.readAt ?? -Infinity, askedAt: now, fault: read }
        : { keys: read, readAt: now, askedAt: now, fault: null };
    this.known.set(uri, known);
    return known;
  }
}

const REQUEST = {
  method: 'GET',
  headers: { accept: 'application/jwk-set+json, application/json' },
  body: null,
} as const;

const documentSchema = z.object({ keys: z.array(z.unknown()).max(MOST_KEYS) });
/** A key as it is published, and of it what may be there beside the key itself. */
const publishedSchema = z
  .object({
    ...publicKeySchema.pick({ kty: true, crv: true, x: true, y: true, n: true, e: true }).shape,
    kid: z.string().min(1).max(200),
    use: z.literal('sig').optional(),
    alg: z.string().optional(),
    // Whoever publishes its private part has no key.
    d: z.undefined().optional(),
  })
  .transform(({ kid, use: _, alg, d: _private, ...jwk }) => ({ kid, alg, key: givenKey(jwk) }));

/** @returns its keys, or why there are none. Keys that we do not take are not there (RFC 7517, section 5). */
function documentOf({ fault, status, answer }: Attempt): Map<string, GivenKey> | Fault {
  if (fault) return fault;
  if (status !== 200) return 'STATUS';
  if (answer.length >= LARGEST) return 'TOO_LARGE';
  const document = documentSchema.safeParse(parsed(answer));
  if (!document.success) return 'NO_KEYS';
  const keys = new Map<string, GivenKey>();
  for (const one of document.data.keys) {
    const { data } = publishedSchema.safeParse(one);
    if (data?.key && (data.alg === undefined || data.alg === data.key.algorithm) && !keys.has(data.kid))
      keys.set(data.kid, data.key);
  }
  return keys;
}

function parsed(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString());
  } catch {
    return undefined;
  }
}
