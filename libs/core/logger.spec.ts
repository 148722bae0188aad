import { expect, test } from '@jest/globals';
import { traceOf } from './logger.js';

const SECRET = 'zq-secret';
const FORGED = `${SECRET}\n    at ${SECRET} (/${SECRET}.js:1:2)\n    at file:///${SECRET}.js:1:2`;

/** Thrown by a function that bears a name which a client gave: graphql-jit names an operation's function so. */
function thrown(message: string): Error {
  const functions = new Map([[SECRET, { [SECRET]: () => new RangeError(message) }[SECRET]]]);
  return functions.get(SECRET)?.() ?? new Error('No such function.');
}

test('a trace has the kind of an error and its places, and nothing of its message or of what a client named', () => {
  for (const message of ['', 'short', SECRET, FORGED, `${FORGED}\n`]) {
    const trace = traceOf(Object.assign(thrown(message), { code: '22P02', detail: SECRET }));
    expect(trace).toMatchObject({ name: 'RangeError', code: '22P02' });
    expect(trace.frames[0]).toMatch(/\/logger\.spec\.ts:\d+:\d+$/);
    expect(JSON.stringify(trace)).not.toContain(SECRET);
  }
});

test('an error whose message is no longer the one its stack has, has no places', () => {
  const changed = thrown(FORGED);
  expect(changed.stack).toContain(FORGED); // jest makes the stack when it is first read
  changed.message = 'another';
  expect(traceOf(changed)).toEqual({ name: 'RangeError', frames: [] });
});

test('of what is no error there is its type', () => {
  expect([SECRET, null, { message: SECRET }].map(traceOf)).toEqual([
    { name: 'string', frames: [] },
    { name: 'object', frames: [] },
    { name: 'object', frames: [] },
  ]);
});
