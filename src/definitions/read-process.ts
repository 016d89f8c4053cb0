import type { ExecutableProcess } from '../engine/process-model.js';
import { buildProcess } from './build-process.js';
import { declaredNames } from './data/data-names.js';
import { attribute, describe, idOf } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { askDialects } from './read-context.js';
import type { ReadContext } from './read-context.js';
import { readScope } from './read-scope.js';
import { validateProcess } from './validation/index.js';

/** An executable process of a model, with what the model says about how to keep it. */
export interface ReadProcess {
  readonly process: ExecutableProcess;
  /** Processes that are not executable are skipped. */
  readonly isExecutable: true;
  /** As written: ISO 8601, or days in Camunda 7. */
  readonly historyTimeToLive?: string;
}

/** Characters of a process id; what it is stored in holds no more. */
const processIdLengthMax = 255;

/** Reads and checks one process, and answers how to build it once the whole model turns out to be without errors. */
export function readProcess(element: ModelElement, context: ReadContext): (() => ReadProcess) | undefined {
  const bpmnProcessId = idOf(element);
  if (bpmnProcessId === undefined) {
    context.log.report(
      'missing-id',
      element,
      'Expected each executable process to have an id but found one without.',
    );
    return undefined;
  }
  if (bpmnProcessId.length > processIdLengthMax) {
    const message = `Expected the id of a process to have at most ${processIdLengthMax} characters but found ${bpmnProcessId.length}.`;
    context.log.report('invalid-process-id', element, message);
  }
  const scope = readScope(element, context);
  validateProcess(scope, context.log);
  const name = attribute(element, 'name');
  const dataNames = declaredNames(element);
  const { versionTag, historyTimeToLive } =
    askDialects(context, (dialect) => dialect.readProcess?.(element, context)) ?? {};
  return () => ({
    process: buildProcess(
      {
        bpmnProcessId,
        ...(name !== undefined && { name }),
        ...(versionTag !== undefined && { versionTag }),
        ...(dataNames.length > 0 && { dataNames }),
      },
      scope,
    ),
    isExecutable: true,
    ...(historyTimeToLive !== undefined && { historyTimeToLive }),
  });
}

/** Says that a process is not executed. */
export function skipProcess(element: ModelElement, context: ReadContext): void {
  const message = `Found ${describe(element)} without isExecutable="true"; it is skipped.`;
  context.log.report('not-executable', element, message);
}
