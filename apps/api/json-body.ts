import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '#core';

/** Levels of arrays and objects. 100,000 of them take the parser and what reads after it 12 ms. */
const DEEPEST = 64;

type Done = (error: Error | null, body?: unknown) => void;
type Reader = (request: unknown, body: Buffer, done: Done) => void;

export const strictJson = (app: NestFastifyApplication): void => {
  app.useBodyParser('application/json', {}, strictReader(app.getHttpAdapter().getInstance()));
};

/**
 * JSON as RFC 8259 would have it sent: UTF-8, and no name twice in one object. What is parsed leniently is stored as
 * something else than was sent: bytes as U+FFFD, and of two values the second.
 */
export function strictReader(fastify: Pick<FastifyInstance, 'getDefaultJsonParser'>): Reader {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (!isUtf8(body)) {
      done(new ServiceError('INVALID', 'The body is not UTF-8.'));
      return;
    }
    const text = body.toString('utf8');
    if (isDeeper(text, DEEPEST)) {
      done(new ServiceError('INVALID', `The body is nested more than ${DEEPEST} levels deep.`));
      return;
    }
    parse.call(null, request as never, text, (error, parsed: unknown) => {
      if (!error && namesIn(parsed) !== namesWritten(text))
        done(new ServiceError('INVALID', 'An object of the body has the same name twice.'));
      else done(error, parsed);
    });
  };
}

/** A walk and no pattern: a pattern would begin again at each quotation mark of a text that has no end. */
export function isDeeper(json: string, most: number): boolean {
  for (let at = 0, depth = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '"') at = endOfText(json, at);
    else if (sign === '[' || sign === '{') depth++;
    else if (sign === ']' || sign === '}') depth--;
    if (depth > most) return true;
  }
  return false;
}

/** Where the quotation mark is that ends the text which begins at `start`. */
function endOfText(json: string, start: number): number {
  for (let from = start + 1; ;) {
    const mark = json.indexOf('"', from);
    if (mark < 0) return json.length;
    let before = mark;
    while (before > from && json[before - 1] === '\\') before--;
    if ((mark - before) % 2 === 0) return mark;
    from = mark + 1;
  }
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
