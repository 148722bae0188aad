import { readFile, writeFile } from 'node:fs/promises';
import type { Mutant } from './mutant.js';

export interface Verdict {
  mutant: Mutant;
  outcome: 'killed' | 'SURVIVED' | 'BROKEN';
  /** By which test it was killed, or what is wrong. */
  by: string;
}

const HEAD = `# Mutants

What \`npm run mutants\` wrote: each line is the code with one promise taken out, and the first test that failed when that was last tried.
`;
const ROW = /^\| (.+) \| (.+) \|$/;

const inTable = (text: string): string => text.replace(/\s+/g, ' ').replace(/[|<\\]/g, '\\$&');
const keyOf = (kind: string, name: string): string => `${kind}: ${name}`;

/** What became of each mutant when it was last tried, in a file that is written with every verdict. */
export class Report {
  private written: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly mutants: readonly Mutant[],
    private readonly ends: Map<string, string>,
  ) {}

  /** @param mutants all there are: of others nothing is kept */
  static async open(path: string, mutants: readonly Mutant[]): Promise<Report> {
    const ends = new Map<string, string>();
    let kind = '';
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      kind = /^## (.+) \(\d+\)$/.exec(line)?.[1] ?? kind;
      const [, name, end] = ROW.exec(line) ?? [];
      if (name !== undefined && end !== undefined) ends.set(keyOf(kind, name), end);
    }
    return new Report(path, mutants, ends);
  }

  /** Whether it was tried, and a test noticed. */
  saysKilled(mutant: Mutant): boolean {
    return !['SURVIVED', 'BROKEN', undefined].includes(this.endOf(mutant));
  }

  async add({ mutant: { kind, name }, outcome, by }: Verdict): Promise<void> {
    this.ends.set(keyOf(kind, inTable(name)), outcome === 'killed' ? inTable(by) : outcome);
    this.written = this.written.then(() => writeFile(this.path, this.text()));
    await this.written;
  }

  private endOf({ kind, name }: Mutant): string | undefined {
    return this.ends.get(keyOf(kind, inTable(name)));
  }

  private text(): string {
    const tried = this.mutants.filter((mutant) => this.endOf(mutant) !== undefined);
    const groups = [...Map.groupBy(tried, ({ kind }) => kind)].map(([kind, group]) =>
      [
        `\n## ${kind} (${group.length})\n`,
        '| the service as it would be | killed by |',
        '| --- | --- |',
        ...group.map((mutant) => `| ${inTable(mutant.name)} | ${this.endOf(mutant) ?? ''} |`),
        '',
      ].join('\n'),
    );
    return HEAD + groups.join('');
  }
}
