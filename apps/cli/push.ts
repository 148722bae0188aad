import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import type { CliConfig } from '#core';
import { serviceUrl } from './ask.js';
import { answerOf, keyFile, postSigned, readable, type Fault, type InboundAnswer } from './signed-post.js';
import { SystemClient } from './system-client.js';

export interface PushOptions {
  /** The system client. */
  client: string;
  /** Its key for what it posts; with `token`, its key for tokens. */
  key: string;
  /** To come with a token in place of a signature. */
  token?: boolean;
  /** The message's id; by default the hash of what is posted, so that the same file has one effect. */
  id?: string;
}

/**
 * Posts what is in a file: an event or a batch as `/inbound` takes it, a finding's document, or a list of documents.
 * @returns the receipt, in lines
 * @throws Error that says what the service found wrong
 */
export async function push(
  settings: CliConfig,
  file: string,
  { client, key, token = false, id }: PushOptions,
): Promise<string> {
  const body = Buffer.from(posted(await readable(file), file));
  const message = { clientId: client, id: id ?? `file-${hashOf(body)}`, body };
  const url = await serviceUrl(settings);
  const answer = token
    ? await postWithToken(url, message, key)
    : await postSigned(url, '/inbound', { ...message, key: await keyFile(key) });
  return receiptOf(answer);
}

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex').slice(0, 32);

async function postWithToken(
  url: string,
  { clientId, id, body }: { clientId: string; id: string; body: Buffer },
  file: string,
): Promise<InboundAnswer> {
  const client = await SystemClient.open(url, clientId, JSON.parse(await readable(file)) as JWK);
  return answerOf(await client.post('inbound', body.toString(), { 'webhook-id': id }));
}

/** Exactly the file where it is an event; else an event made of it. */
function posted(text: string, file: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file} is not JSON.`);
  }
  if (Array.isArray(value))
    return JSON.stringify({ type: 'batch.posted', data: { items: value.map(eventOf) } });
  return isObject(value) && 'type' in value ? text : JSON.stringify(eventOf(value));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function eventOf(value: unknown): unknown {
  if (!isObject(value) || 'type' in value) return value;
  return { type: 'finding.posted', data: 'document' in value ? value : { document: value } };
}

function receiptOf({ status, body, text }: InboundAnswer): string {
  const { receipt, outcomes } = body;
  if (status !== 202 || receipt === undefined || !outcomes)
    throw new Error(
      [
        `The service refused it (HTTP ${status}${body.code === undefined ? '' : `, ${body.code}`}): ${body.message ?? text}`,
        ...faultLines(body.faults),
      ].join('\n'),
    );
  return [
    `receipt ${receipt}`,
    ...outcomes.flatMap(({ path, result, findingId, faults, standing = [] }) => [
      `${path}: ${result}${findingId === null ? '' : ` ${findingId}`}`,
      ...faultLines(faults),
      ...standing.flatMap(({ refused }) => (refused === null ? [] : [`  not released at once: ${refused}`])),
    ]),
  ].join('\n');
}

const faultLines = (faults: readonly Fault[] = []): string[] =>
  faults.map(({ path, message }) => `  ${path}: ${message}`);
