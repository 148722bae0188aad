import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { administration } from './administration.js';
import { datasets } from './datasets.js';
import { feeds } from './feed.js';
import { filters } from './filters.js';
import { assertFresh, copyCheckout, original, type Checkout, type Ran } from './checkout.js';
import { intake } from './intake.js';
import { integrity } from './integrity.js';
import { lifeCycle } from './life-cycle.js';
import { machines } from './machines.js';
import type { Mutant } from './mutant.js';
import { partners } from './partners.js';
import { passkeys } from './passkeys.js';
import { permissions } from './permissions.js';
import { policies } from './policies.js';
import { Report, type Verdict } from './report.js';
import { signIn } from './sign-in.js';
import { webhooks } from './webhooks.js';

/*
 * `npm run mutants [words]`: takes one promise after the other out of the code and runs the specs that must notice.
 * Fails if one is not noticed. With words, only those mutants whose kind or name has one of them; with `--untried`, those
 * that the report does not have as killed.
 */

/** At once: each has a copy of the checkout and a PostgreSQL, and its specs run one after the other. */
const COPIES = 2;

const ALL: readonly Mutant[] = [
  ...filters,
  ...policies,
  ...permissions,
  ...administration,
  ...partners,
  ...lifeCycle,
  ...integrity,
  ...feeds,
  ...datasets,
  ...signIn,
  ...webhooks,
  ...passkeys,
  ...intake,
  ...machines,
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Where nothing works any more, no spec shows that it watches this promise. */
function verdictOf(mutant: Mutant, { tests, trouble }: Ran): Verdict {
  const failed = tests.filter((test) => test.failed);
  const [first] = failed;
  if (trouble !== undefined) return { mutant, outcome: 'BROKEN', by: trouble };
  if (!first) return { mutant, outcome: 'SURVIVED', by: mutant.specs.join(', ') };
  if (failed.length === tests.length && tests.length > 1)
    return { mutant, outcome: 'BROKEN', by: `every test of ${first.spec} fails` };
  return { mutant, outcome: 'killed', by: `${first.spec}: ${first.name}` };
}

/** Each by whichever checkout is free. */
async function among<Item>(
  checkouts: readonly Checkout[],
  items: readonly Item[],
  work: (checkout: Checkout, item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const workOff = async (checkout: Checkout): Promise<void> => {
    for (const item of waiting) await work(checkout, item);
  };
  await Promise.all(checkouts.map(workOff));
}

/** All specs pass on the code as it is, or what they say of a mutant is worth nothing. */
async function assertGreen(checkouts: readonly Checkout[], mutants: readonly Mutant[]): Promise<void> {
  const specs = [...new Set(mutants.flatMap((mutant) => mutant.specs))];
  let passed = 0;
  await among(checkouts, specs, async (checkout, spec) => {
    const { tests, trouble } = await checkout.run([spec]);
    const failed = tests.filter((test) => test.failed).map(({ name }) => `${spec}: ${name}`);
    if (trouble !== undefined || failed.length > 0)
      throw new Error(`Without any mutant this fails already:\n${trouble ?? failed.join('\n')}`);
    passed += tests.length;
  });
  say(`${specs.length} specs with ${passed} tests pass unmutated; now ${mutants.length} mutants`);
}

async function tryAll(
  checkouts: readonly Checkout[],
  mutants: readonly Mutant[],
  report: Report,
  stop: AbortSignal,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  await among(checkouts, mutants, async (checkout, mutant) => {
    const ran = await checkout.runWith(mutant);
    stop.throwIfAborted();
    const verdict = verdictOf(mutant, ran);
    verdicts.push(verdict);
    const count = `${verdicts.length}/${mutants.length}`.padEnd(7);
    say(`${count} ${verdict.outcome.padEnd(8)} ${mutant.kind}: ${mutant.name} (${verdict.by})`);
    await report.add(verdict);
  });
  return verdicts;
}

async function main(words: readonly string[], untried: boolean): Promise<void> {
  await assertFresh(ALL);
  const report = await Report.open(join(original, 'docs', 'mutants.md'), ALL);
  const mutants = ALL.filter(
    ({ kind, name }) => words.length === 0 || words.some((word) => `${kind}: ${name}`.includes(word)),
  ).filter((mutant) => !(untried && report.saysKilled(mutant)));
  if (mutants.length === 0) throw new Error('There is no such mutant.');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('Stopped.')));
  const checkouts: Checkout[] = [];
  try {
    while (checkouts.length < COPIES) checkouts.push(await copyCheckout(stop.signal));
    await assertGreen(checkouts, mutants);
    const verdicts = await tryAll(checkouts, mutants, report, stop.signal);
    const missed = verdicts.filter(({ outcome }) => outcome !== 'killed');
    for (const { mutant, outcome, by } of missed) say(`${outcome} ${mutant.kind}: ${mutant.name}\n${by}`);
    say(`${verdicts.length - missed.length} of ${verdicts.length} mutants were killed.`);
    if (missed.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all(checkouts.map((checkout) => checkout.remove()));
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { untried: { type: 'boolean', default: false } },
  });
  await main(positionals, values.untried);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
