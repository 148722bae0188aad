import { randomUUID } from 'node:crypto';
import { administer } from './administration.js';
import type { Invited } from './invitations.js';
import type { Client } from './world.js';

/** An agency that could come in. Its code is its own each time. */
export const newcomer = (changes: object = {}) => ({
  code: `NEW-${randomUUID().slice(0, 8).toUpperCase()}`,
  names: [
    { language: 'en', name: 'A new agency' },
    { language: 'ko', name: '새 기관' },
  ],
  jurisdiction: 'KR',
  contactPoints: [{ kind: 'email', value: 'desk@agency.example' }],
  keyFingerprint: 'ab'.repeat(32),
  administrators: ['Kim', 'Lee'],
  ...changes,
});

/** @returns the proposal */
export const proposed = async (client: Client, changes: object = {}): Promise<string> =>
  (await administer(client, 'proposeAgency', newcomer(changes))).subjectId;

/** Asks to bring it in: it takes a second operator. */
export async function bringIn(operator: Client, proposalId: string): Promise<Invited> {
  const { asked } = await operator.ask<{ asked: Invited }>(
    `mutation ($input: ProposalActInput!) { asked: bringInAgency(input: $input) {
       subjectId pendingAct { id act content hash state } codes { name code } } }`,
    { input: { idempotencyKey: randomUUID(), proposalId } },
  );
  return asked;
}
