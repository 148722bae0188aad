import { readFile } from 'node:fs/promises';
import { sign, signingKey, keyOfJwk, type WebhookKey } from '#signatures';

/** The answer of `/inbound` and `/inbound/check`, as far as it is looked at. */
export interface InboundAnswer {
  status: number;
  text: string;
  body: {
    receipt?: string;
    clientId?: string;
    kid?: string | null;
    outcomes?: {
      path: string;
      type: string;
      result: string;
      findingId: string | null;
      code: string | null;
      faults: Fault[];
      standing?: { refused: string | null }[];
    }[];
    code?: string;
    message?: string;
    faults?: Fault[];
  };
}

export interface Fault {
  path: string;
  message: string;
}

/**
 * @param file with a private key: a JSON Web Key of P-256 or Ed25519, or the text of a `whsk_` key
 * @throws Error that says what is wrong with the file, and nothing of what is in it
 */
export async function keyFile(file: string): Promise<WebhookKey> {
  const text = (await readable(file)).trim();
  try {
    if (text.startsWith('whsk_')) return signingKey(text);
    const key = keyOfJwk(JSON.parse(text) as Parameters<typeof keyOfJwk>[0]);
    if (key.version !== 'v1' && key.key.type === 'private') return key;
  } catch {
    // Told below: what the parser says quotes the file.
  }
  throw new Error(`${file} holds no private key of P-256 or Ed25519: make one with \`entente client:key\`.`);
}

/** @throws Error for a file that cannot be read */
export const readable = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} cannot be read.`, { cause });
  });

interface Signed {
  clientId: string;
  key: WebhookKey;
  id: string;
  body: Buffer;
}

/** Posts what a client has signed. @throws Error when nothing answers */
export async function postSigned(
  url: string,
  path: string,
  { clientId, key, id, body }: Signed,
): Promise<InboundAnswer> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const headers = {
    'content-type': 'application/json',
    'entente-client': clientId,
    ...sign({ id, timestamp, body }, [key]),
  };
  const at = new URL(path, url);
  const response = await fetch(at, { method: 'POST', headers, body: new Uint8Array(body) }).catch(
    (cause: unknown) => {
      throw new Error(`Nothing answers at ${at.origin}.`, { cause });
    },
  );
  return answerOf(response);
}

/** What came, also where it is not what this service answers. */
export async function answerOf(response: Response): Promise<InboundAnswer> {
  const text = await response.text();
  try {
    return { status: response.status, text, body: JSON.parse(text) as InboundAnswer['body'] };
  } catch {
    return { status: response.status, text, body: {} };
  }
}
