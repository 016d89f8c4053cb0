import type { Verdict } from './check-file.js';

/** Counts of what became of many files. */
export class Tally {
  files = 0;
  deployed = 0;
  overRest = 0;
  readonly refused = new Map<string, number>();
  readonly endings = new Map<string, number>();

  add({ refused, endings }: Verdict): void {
    this.files += 1;
    if (refused === undefined) this.deployed += 1;
    else increase(this.refused, refused);
    for (const ending of endings) increase(this.endings, ending);
  }

  toString(): string {
    const shown = (counts: ReadonlyMap<string, number>) =>
      [...counts]
        .sort(([, one], [, other]) => other - one)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
    return [
      `${this.files} files, ${this.deployed} of them deployed, ${this.overRest} sent to a server`,
      `instances: ${shown(this.endings)}`,
      `refused: ${shown(this.refused)}`,
    ].join('\n');
  }
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
