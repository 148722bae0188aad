import type { DemoIssuer } from '#identity';
import { demoLists } from './demo/lists.js';
import { roster } from './demo/roster.js';
import { answered, bearing, importList } from './list-import.js';

const APPROVE = 'mutation ($input: DecideActInput!) { approveAct(input: $input) { subjectId } }';

/** Brings the demo's reference lists in, as two operators of the hub would. What is there already stays. */
export async function seedLists(url: string, issuer: DemoIssuer): Promise<void> {
  const operators = roster.agencies.flatMap(({ code, members }) =>
    code === 'HUB' ? members.filter(({ roles }) => roles.includes('OPERATOR')) : [],
  );
  const [first, second] = operators.map(({ id }) => bearing(url, () => issuer.mint(id)));
  if (!first || !second) throw new Error('The hub of the demo has no two operators.');
  for (const { header, rows } of demoLists) {
    const list = { rows, places: rows.map((_, at) => at + 1), modified: new Date(header.retrievedAt) };
    const { pendingAct, refused } = await importList(first, header, list, () => undefined);
    if (refused[0]) throw new Error(`${header.name}: ${refused[0].reason}`);
    if (!pendingAct) continue;
    const { id: pendingActId, hash } = pendingAct;
    await answered(second, APPROVE, {
      input: { idempotencyKey: `demo.approve.${hash}`, pendingActId, hash },
    });
  }
}
