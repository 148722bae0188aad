import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { RateLimited } from '#core';
import type { Kept } from './kept.js';
import type { Received, TrustedProxies } from './trusted-proxies.js';
import type { Turns } from './turns.js';

export interface StrangerLimits {
  /** What one address may begin in a minute, and at once. */
  aMinute: number;
  /** Rows that are kept for all who have not signed in. */
  most: number;
}

/** Addresses that are remembered: who was not seen for longest begins anew. */
const ADDRESSES = 10_000;
/** Milliseconds for which a count of rows is good. */
const COUNTED = 1_000;
/** Rows of one that begins to sign in: its interaction, and the session of its browser. */
const ROWS = 2;

/**
 * Who has not signed in makes us keep something, and look something up at its agency's provider. So each address begins
 * so much in a minute, in this process; and all together keep so many rows, in the database, each for ten minutes.
 */
export class Strangers {
  private readonly accounts = new LRUCache<string, { left: number; at: number }>({ max: ADDRESSES });
  private rows = 0;
  private countedAt = -Infinity;

  constructor(
    private readonly kept: Pick<Kept, 'ofStrangers'>,
    private readonly proxies: TrustedProxies,
    private readonly turns: Turns,
    private readonly limits: StrangerLimits,
  ) {}

  /** @throws RateLimited when its address, or all together, have begun as much as they may */
  async admit(received: Received): Promise<void> {
    this.spend(networkOf(this.proxies.addressOf(received)));
    if (performance.now() - this.countedAt > COUNTED) {
      this.countedAt = performance.now();
      this.rows = await this.kept.ofStrangers(this.limits.most);
    }
    this.rows += ROWS;
    if (this.rows > this.limits.most)
      throw new RateLimited('Too many are signing in at the moment. Try again in a minute.', 60);
  }

  /** What is looked up for this request waits behind what else its address asks for, and for nobody longer. */
  inLine(received: Received, doing: () => void): void {
    this.turns.as(networkOf(this.proxies.addressOf(received)), doing);
  }

  private spend(network: string): void {
    const { aMinute } = this.limits;
    const now = performance.now();
    const { left, at } = this.accounts.get(network) ?? { left: aMinute, at: now };
    const has = Math.min(aMinute, left + ((now - at) / 60_000) * aMinute);
    this.accounts.set(network, { left: Math.max(0, has - 1), at: now });
    if (has < 1)
      throw new RateLimited(
        'Too many sign-ins were begun from your address. Try again in a moment.',
        Math.ceil((1 - has) * (60 / aMinute)),
      );
  }
}

/** Whoever has an IPv6 address has all of its network (RFC 6177): 64 bits of it. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.toByteArray().slice(0, 8).join('.') : parsed.toString();
}
