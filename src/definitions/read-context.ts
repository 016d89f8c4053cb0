import type { Dialect } from './dialects/dialect.js';
import type { DiagnosticLog } from './diagnostic.js';
import type { ModelElement } from './model-element.js';
import type { QNames } from './qname.js';

/** Compiles a script in JavaScript without running it; what is wrong with it, and in which line of it, or undefined. */
export type ScriptCheck = (
  source: string,
) => { readonly message: string; readonly line?: number } | undefined;

/** What every reader is given beside its element. */
export interface ReadContext {
  readonly log: DiagnosticLog;
  readonly names: QNames;
  /** In the order in which they are asked: the first that has something to say about an element counts. */
  readonly dialects: readonly Dialect[];
  /** Whether that reference was already reported as pointing at nothing. */
  readonly isUnresolved: (element: ModelElement, property: string) => boolean;
  /** `expressionLanguage` of the definitions is FEEL, so that expressions need no `=`. */
  readonly feelByDefault: boolean;
  /** The file speaks the dialect of Camunda 7 or Operaton and not that of Camunda 8: what it leaves out is meant as there. */
  readonly isCamunda7: boolean;
  /** Undefined where nobody can tell, as when a deployed model is loaded: a script then shows its faults when it runs. */
  readonly checkScript?: ScriptCheck;
}

/** The first answer of a dialect. */
export function askDialects<Answer>(
  context: ReadContext,
  ask: (dialect: Dialect) => Answer | undefined,
): Answer | undefined {
  for (const dialect of context.dialects) {
    const answer = ask(dialect);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
