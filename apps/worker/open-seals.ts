import { Client } from 'pg';
import { addServiceKey, checkSeals, type KeyRing } from '#webhooks';

/**
 * Makes the service's key for webhooks where there is none, and sees that the ring opens everything that signs.
 * @throws WrongWebhookKey
 */
export async function openSeals(url: string, ring: KeyRing): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const ask = async <Row>(text: string, values: readonly unknown[]): Promise<Row[]> =>
      (await client.query<Row & object>(text, [...values])).rows;
    await addServiceKey(ask, ring, null);
    await checkSeals(ask, ring);
  } finally {
    await client.end();
  }
}
