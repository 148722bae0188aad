import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ServiceError } from '#core';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * JSON as RFC 8259 would have it sent: UTF-8, and no name twice in one object. What is parsed leniently is stored as
 * something else than was sent: bytes as U+FFFD, and of two values the second.
 */
export function strictJson(app: NestFastifyApplication): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', {}, (request: unknown, body: Buffer, done: Done) => {
    if (!isUtf8(body)) {
      done(new ServiceError('INVALID', 'The body is not UTF-8.'));
      return;
    }
    const text = body.toString('utf8');
    parse.call(null, request as never, text, (error, parsed: unknown) => {
      if (!error && namesIn(parsed) !== namesWritten(text))
        done(new ServiceError('INVALID', 'An object of the body has the same name twice.'));
      else done(error, parsed);
    });
  });
}

/** Every text of a JSON text, with the colon behind it where it is a name. */
const TEXTS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

function namesWritten(json: string): number {
  let names = 0;
  for (const [, colon] of json.matchAll(TEXTS)) if (colon !== undefined) names++;
  return names;
}

function namesIn(value: unknown): number {
  let names = 0;
  const waiting = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one !== 'object' || one === null) continue;
    const inner: unknown[] = Object.values(one);
    if (!Array.isArray(one)) names += inner.length;
    waiting.push(...inner);
  }
  return names;
}
