import { Client } from 'pg';
import type { CliConfig } from '#core';
import type { Ask } from '#ledger';
import { addServiceKey, KeyRing, rewrap, serviceKeys } from '#webhooks';

const DAY = 86_400;

/** @returns what to tell whoever asked */
export const rewrapSecrets = (settings: CliConfig, forget: boolean): Promise<string[]> =>
  asWorker(settings, async (ask, ring) => {
    const { resealed, forgotten } = await rewrap(ask, ring, forget);
    const lines = [`${resealed} sealed anew under ENTENTE_WEBHOOK_KEY`];
    if (forgotten.length > 0)
      lines.push(
        'what did not open has ended: agencies make new secrets (makeWebhookSecret) and give certificates anew ' +
          '(setWebhookCertificate), receivers take the new key',
      );
    return lines;
  });

/**
 * @param days for which the keys before it sign, too
 * @returns the public half of the new key
 */
export const rotateKey = (settings: CliConfig, days: number): Promise<string> =>
  asWorker(settings, async (ask, ring) => {
    if (!Number.isInteger(days) || days < 0 || days > 90) throw new Error('--days is from 0 to 90.');
    const made = await addServiceKey(ask, ring, days * DAY);
    if (made === null) throw new Error('A key was made and is not there.');
    return made;
  });

/** Public halves of the keys that sign webhooks: of the first one, too, if no worker has made it yet. */
export const serviceKeysOf = (settings: CliConfig): Promise<string[]> =>
  asWorker(settings, async (ask, ring) => {
    await addServiceKey(ask, ring, null);
    return (await serviceKeys(ask, ring)).map(({ publicKey }) => publicKey);
  });

/** @throws Error naming the setting that is missing */
async function asWorker<T>(
  { workerUrl, webhookKeys }: CliConfig,
  use: (ask: Ask, ring: KeyRing) => Promise<T>,
): Promise<T> {
  if (workerUrl === undefined || webhookKeys === undefined)
    throw new Error('This needs DATABASE_WORKER_URL and ENTENTE_WEBHOOK_KEY, those of the worker.');
  const client = new Client({ connectionString: workerUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const ask = async <Row>(text: string, values: readonly unknown[]): Promise<Row[]> =>
      (await client.query<Row & object>(text, [...values])).rows;
    return await use(ask, new KeyRing(webhookKeys));
  } finally {
    await client.end();
  }
}
