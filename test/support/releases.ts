import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { ACTS, draft, newest, submit, type Finding } from './findings.js';
import { agencyId, type Code } from './roster.js';
import { contents } from './seen.js';
import { outcomeOf, type Answer, type World } from './world.js';

/** A finding that waits for its releaser. */
export const inReview = async (world: World, code: Code, changes: object = {}): Promise<Finding> =>
  submit(world, code, await draft(world, code, changes));

export const marked = (tlp: string, purposes = ['criminal-investigation', 'policy']) => ({
  marking: { tlp, purposes },
});

/** One recipient; a code stands for the agency. */
export const to = (code: Code, wish: object = {}) => [{ agencyId: agencyId(code), ...wish }];

export const tryRelease = (
  world: World,
  code: Code,
  finding: Finding,
  given: object[],
  options: object = {},
): Promise<Answer<unknown>> =>
  world.as(code, 'RELEASER').query(ACTS.releaseFinding, {
    input: { idempotencyKey: randomUUID(), revisionId: newest(finding), recipients: given, ...options },
  });

/** Tries a release of the newest revision; one that is refused has written nothing. @returns outcome and message */
export async function releaseOutcome(
  world: World,
  code: Code,
  finding: Finding,
  given: object[],
  options: object = {},
): Promise<[outcome: string, message: string]> {
  const before = await contents(world);
  const answer = await tryRelease(world, code, finding, given, options);
  const told = outcomeOf(answer);
  if (told !== 'done') expect(await contents(world)).toEqual(before);
  return [told, answer.errors[0]?.message ?? ''];
}
