import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { buildSchema, findBreakingChanges } from 'graphql';

/** Only additions: fails if schema.graphql breaks a client of the last tagged one (`npm run check:schema`). */
const git = (...words: string[]): string =>
  execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function lastTag(): string | null {
  try {
    return git('describe', '--tags', '--abbrev=0').trim();
  } catch {
    return null;
  }
}

const tag = lastTag();
if (tag === null) {
  console.log('No tag yet: there is no earlier schema to keep to.');
} else {
  const before = buildSchema(git('show', `${tag}:schema.graphql`));
  const now = buildSchema(await readFile('schema.graphql', 'utf8'));
  const breaking = findBreakingChanges(before, now);
  for (const { description } of breaking) console.error(`Breaks clients of ${tag}: ${description}`);
  if (breaking.length > 0) process.exitCode = 1;
}
