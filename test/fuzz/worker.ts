import { checkFile } from './check-file.js';
import { ownModels } from './models.js';
import { mutated } from './mutate.js';
import { randomOf, seedOf } from './random.js';
import { RestCheck } from './rest-check.js';
import { shrunk } from './shrink.js';
import type { Verdict } from './check-file.js';

/** Which files a worker process does: of those from `first` to below `end`, each `step`th. */
export interface Assignment {
  readonly runSeed: number;
  readonly first: number;
  readonly end: number;
  readonly step: number;
  /** One in so many files goes to a server too. */
  readonly restShare: number;
}

/** What a worker process tells the one that started it. */
export type Report =
  /** What a file is going through now: the last one told is where a process hangs or dies. */
  | { readonly kind: 'does'; readonly index: number; readonly step: 'check' | 'rest' | 'shrink' }
  | { readonly kind: 'done'; readonly index: number; readonly verdict: Verdict; readonly overRest: boolean }
  | {
      readonly kind: 'failed';
      readonly index: number;
      readonly model: string;
      readonly error: string;
      readonly xml: string;
      readonly shrunk: string;
    };

const models = ownModels();
const rest = new RestCheck();

/** The file of that number and from which model it was made. */
export function fileOf(runSeed: number, index: number): { readonly xml: string; readonly model: string } {
  const random = randomOf(seedOf(runSeed, index));
  const { name, xml } = random.from(models);
  return { model: name, xml: mutated(xml, random) };
}

async function work({ runSeed, first, end, step, restShare }: Assignment): Promise<void> {
  for (let index = first; index < end; index += step) {
    const doing = (step: Extract<Report, { kind: 'does' }>['step']) => tell({ kind: 'does', index, step });
    doing('check');
    const { xml, model } = fileOf(runSeed, index);
    const check = (text: string) => checkFile(text, randomOf(seedOf(runSeed + 1, index)));
    const overRest = seedOf(runSeed, index) % restShare === 0;
    try {
      const verdict = await check(xml);
      if (overRest) {
        doing('rest');
        await rest.check(xml, randomOf(seedOf(runSeed + 2, index)));
      }
      tell({ kind: 'done', index, verdict, overRest });
    } catch (error) {
      tell({
        ...{ kind: 'failed', index, model, xml },
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        shrunk: await shrunk(xml, check, error, () => doing('shrink')),
      });
    }
  }
  await rest.close();
}

function tell(report: Report): void {
  process.send?.(report);
}

process.once('message', (assignment: Assignment) => {
  void work(assignment).then(() => process.disconnect());
});
