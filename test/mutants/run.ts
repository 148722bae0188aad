import { administration } from './administration.js';
import { datasets } from './datasets.js';
import { feeds } from './feed.js';
import { filters } from './filters.js';
import { assertFresh, copyCheckout, writeReport, type Checkout, type Ran } from './checkout.js';
import { intake } from './intake.js';
import { integrity } from './integrity.js';
import { lifeCycle } from './life-cycle.js';
import { machines } from './machines.js';
import type { Mutant } from './mutant.js';
import { partners } from './partners.js';
import { passkeys } from './passkeys.js';
import { permissions } from './permissions.js';
import { policies } from './policies.js';
import { signIn } from './sign-in.js';
import { webhooks } from './webhooks.js';

/*
 * `npm run mutants [words]`: takes one promise after the other out of the code and runs the specs that must notice.
 * Fails if one is not noticed. With words, only those mutants whose kind or name has one of them.
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

interface Verdict {
  mutant: Mutant;
  outcome: 'killed' | 'SURVIVED' | 'BROKEN';
  /** By which test it was killed, or what is wrong. */
  by: string;
}

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

/** All specs pass on the code as it is, or what they say of a mutant is worth nothing. */
async function assertGreen(checkout: Checkout, mutants: readonly Mutant[]): Promise<void> {
  const specs = [...new Set(mutants.flatMap((mutant) => mutant.specs))];
  const { tests, trouble } = await checkout.run(specs);
  const failed = tests.filter((test) => test.failed).map(({ spec, name }) => `${spec}: ${name}`);
  if (trouble !== undefined || failed.length > 0)
    throw new Error(`Without any mutant this fails already:\n${trouble ?? failed.join('\n')}`);
  say(`${specs.length} specs with ${tests.length} tests pass unmutated; now ${mutants.length} mutants`);
}

async function tryAll(checkouts: readonly Checkout[], mutants: readonly Mutant[], stop: AbortSignal) {
  const verdicts = new Map<Mutant, Verdict>();
  const waiting = mutants.values();
  const work = async (checkout: Checkout): Promise<void> => {
    for (const mutant of waiting) {
      const ran = await checkout.runWith(mutant);
      stop.throwIfAborted();
      const verdict = verdictOf(mutant, ran);
      verdicts.set(mutant, verdict);
      const count = `${verdicts.size}/${mutants.length}`.padEnd(7);
      say(`${count} ${verdict.outcome.padEnd(8)} ${mutant.kind}: ${mutant.name} (${verdict.by})`);
    }
  };
  await Promise.all(checkouts.map(work));
  return mutants.flatMap((mutant) => verdicts.get(mutant) ?? []);
}

const inTable = (text: string): string => text.replace(/\s+/g, ' ').replace(/[|<\\]/g, '\\$&');

const report = (verdicts: readonly Verdict[]): string =>
  [
    '# Mutants',
    '',
    'What `npm run mutants` last wrote: each line is the code with one promise taken out, and the first test that failed then.',
    '',
    ...[...Map.groupBy(verdicts, ({ mutant }) => mutant.kind)].flatMap(([kind, group]) => [
      `## ${kind} (${group.length})`,
      '',
      '| the service as it would be | killed by |',
      '| --- | --- |',
      ...group.map(
        ({ mutant, outcome, by }) =>
          `| ${inTable(mutant.name)} | ${outcome === 'killed' ? inTable(by) : outcome} |`,
      ),
      '',
    ]),
  ].join('\n');

async function main(words: readonly string[]): Promise<void> {
  const mutants = ALL.filter(
    ({ kind, name }) => words.length === 0 || words.some((word) => `${kind}: ${name}`.includes(word)),
  );
  if (mutants.length === 0) throw new Error('No mutant has any of these words.');
  await assertFresh(ALL);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('Stopped.')));
  const checkouts: Checkout[] = [];
  try {
    while (checkouts.length < COPIES) checkouts.push(await copyCheckout(stop.signal));
    const [first] = checkouts;
    if (first) await assertGreen(first, mutants);
    const verdicts = await tryAll(checkouts, mutants, stop.signal);
    const missed = verdicts.filter(({ outcome }) => outcome !== 'killed');
    for (const { mutant, outcome, by } of missed) say(`${outcome} ${mutant.kind}: ${mutant.name}\n${by}`);
    say(`${verdicts.length - missed.length} of ${verdicts.length} mutants were killed.`);
    if (words.length === 0) await writeReport(report(verdicts));
    if (missed.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all(checkouts.map((checkout) => checkout.remove()));
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
