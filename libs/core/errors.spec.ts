import { expect, test } from '@jest/globals';
import { conflict, invalid, notFound, ServiceError, toServiceError } from './errors.js';

const SECRET = 'loss of 3,816.2028 BTC';

/** An error of the driver, bare or as TypeORM wraps it. */
const driverError = (code: string, message: string, detail?: string) =>
  Object.assign(new Error(message), { code, detail });
const wrapped = (driver: Error) =>
  Object.assign(new Error(`QueryFailedError: ${SECRET}`), { driverError: driver });

const told = (thrown: unknown) => {
  const logged: string[] = [];
  const { code, message, faults } = toServiceError(thrown, (id) => logged.push(id));
  return { code, message, faults, logged };
};

test.each([
  ['EN401', 'UNAUTHENTICATED'],
  ['EN403', 'FORBIDDEN'],
  ['EN404', 'NOT_FOUND'],
  ['EN409', 'CONFLICT'],
  ['EN422', 'INVALID'],
])('our own functions raise %s: %s, with their message and path', (state, code) => {
  for (const wrap of [(error: Error) => error, wrapped]) {
    const answer = told(wrap(driverError(state, 'Say of every agency.', 'input.without')));
    const faults = [{ path: 'input.without', message: 'Say of every agency.' }];
    expect(answer).toEqual({ code, message: 'Say of every agency.', faults, logged: [] });
  }
  expect(told(driverError(state, 'No.', '')).faults).toEqual([]);
});

test.each([
  ['a serialisation failure', driverError('40001', SECRET), 'UNAVAILABLE'],
  ['a deadlock', driverError('40P01', SECRET), 'UNAVAILABLE'],
  ['a lock that was not got in time', driverError('55P03', SECRET), 'UNAVAILABLE'],
  ['too many connections', driverError('53300', SECRET), 'UNAVAILABLE'],
  ['a server that shuts down', driverError('57P01', SECRET), 'UNAVAILABLE'],
  ['a server that is not there', driverError('ECONNREFUSED', SECRET), 'UNAVAILABLE'],
  ['a connection that broke', new Error(`Connection terminated unexpectedly ${SECRET}`), 'UNAVAILABLE'],
  ['a pool that is empty', new Error(`timeout exceeded when trying to connect ${SECRET}`), 'UNAVAILABLE'],
  ['a statement that took too long', driverError('57014', SECRET), 'TOO_COSTLY'],
  ['row security', driverError('42501', SECRET), 'INTERNAL'],
  [
    'a broken constraint',
    driverError('23505', `Key (title)=(${SECRET}) already exists.`, SECRET),
    'INTERNAL',
  ],
  ['a value the database does not take', driverError('22P05', SECRET), 'INTERNAL'],
  ['a bug', new TypeError(SECRET), 'INTERNAL'],
  ['what is no error', SECRET, 'INTERNAL'],
  ['nothing', undefined, 'INTERNAL'],
  ['an object that only looks like ours', { code: 'EN404', message: SECRET }, 'INTERNAL'],
])('%s: of its text nothing is told', (_, thrown, code) => {
  for (const error of thrown instanceof Error ? [thrown, wrapped(thrown)] : [thrown]) {
    // What TypeORM wraps is known by what the driver threw, and that has a code.
    if (error !== thrown && !('code' in (thrown as Error))) continue;
    const answer = told(error);
    expect(answer.code).toBe(code);
    expect(answer.message).not.toContain(SECRET);
    expect(answer.faults).toEqual([]);
    expect(answer.logged).toHaveLength(code === 'INTERNAL' ? 1 : 0);
  }
});

test('INTERNAL carries an id that is in the log, another each time', () => {
  const [one, other] = [told(new Error(SECRET)), told(new Error(SECRET))];
  expect(one.message).toContain(one.logged[0]);
  expect(one.logged[0]).not.toBe(other.logged[0]);
});

test('what is ours passes as it is', () => {
  const ours = new ServiceError('RATE_LIMITED', 'Later.');
  expect(toServiceError(ours, () => undefined)).toBe(ours);
});

test.each([
  [notFound('finding', 'id'), { code: 'NOT_FOUND', faults: [{ path: 'id', message: 'No such finding.' }] }],
  [notFound('member'), { code: 'NOT_FOUND' }],
  [invalid('first', 'Too many.'), { code: 'INVALID', faults: [{ path: 'first', message: 'Too many.' }] }],
  [conflict('Taken.'), { code: 'CONFLICT' }],
])('extensions of %s', (error, extensions) => {
  expect(error.extensions).toEqual(extensions);
});
