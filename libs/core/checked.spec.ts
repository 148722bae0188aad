import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { checked, faultsOf } from './checked.js';
import { Checked, checkId } from './checked.pipe.js';
import { ServiceError } from './errors.js';

const schema = z.strictObject({
  title: z.string().max(5),
  claims: z.array(z.strictObject({ value: z.int() })).default([]),
});

/** What is thrown, as its code and paths. */
function thrownBy(fn: () => unknown): string[] {
  try {
    fn();
  } catch (error) {
    if (error instanceof ServiceError) return [error.code, ...error.faults.map(({ path }) => path)];
    throw error;
  }
  return [];
}

test.each([
  ['a field', { title: 'too long' }, ['input.title']],
  [
    'a field of an item of a list',
    { title: 'a', claims: [{ value: 1 }, { value: 1.5 }] },
    ['input.claims[1].value'],
  ],
  ['an unknown field, at what has it', { title: 'a', nonsense: 1 }, ['input']],
  ['several', { claims: [{}, {}] }, ['input.title', 'input.claims[0].value', 'input.claims[1].value']],
  ['the whole', 'text', ['input']],
])('the path of %s', (_, value, paths) => {
  expect(thrownBy(() => checked(schema, value, 'input'))).toEqual(['INVALID', ...paths]);
});

test('what is valid comes out as the schema gives it', () => {
  expect(checked(schema, { title: 'a' }, 'input')).toEqual({ title: 'a', claims: [] });
});

test('at most fifty faults are told', () => {
  const parsed = z.array(z.int()).safeParse(Array(200).fill('x'));
  expect(parsed.error && faultsOf(parsed.error, 'ids')).toHaveLength(50);
});

test('to a client that writes null for what it leaves out, null is absence', () => {
  const pipe = new Checked(
    z.strictObject({ a: z.string().optional(), b: z.array(z.int()).default([]) }),
    'filter',
  );
  expect(pipe.transform({ a: null, b: null })).toEqual({ b: [] });
  expect(pipe.transform(undefined)).toEqual({ b: [] });
});

const ID = '5b0f8ab1-2d75-432a-8315-48b9608aa158';

test('an id is one whatever its case, and what is none is not there', () => {
  expect(checkId(ID.toUpperCase(), 'id', 'finding')).toBe(ID);
  for (const none of ['', 'null', ID.slice(1), `${ID}0`, `{${ID}}`, `${ID}\u0000`])
    expect(thrownBy(() => checkId(none, 'id', 'finding'))).toEqual(['NOT_FOUND', 'id']);
});
