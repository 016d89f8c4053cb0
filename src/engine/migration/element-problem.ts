import { withArticle } from '../with-article.js';
import { loopOf } from '../process-model.js';
import type { FlowNode, LoopCharacteristics } from '../process-model.js';

/** Why an active element cannot become the other; undefined where it can. */
export function elementProblem(source: FlowNode, target: FlowNode): string | undefined {
  const [from, to] = [natureOf(source), natureOf(target)];
  if (from === to) return undefined;
  return `Expected "${target.id}" to be ${withArticle(from)} as "${source.id}" is, but it is ${withArticle(to)}.`;
}

/** What must not change while an element is active. */
function natureOf(element: FlowNode): string {
  const loop = loopOf(element);
  const words = [
    ...(loop ? [loopName(loop)] : []),
    ...(element.type === 'subProcess' && element.triggeredByEvent ? ['event'] : []),
    // What a boundary event waits for may change: it is armed anew.
    ...('event' in element && element.type !== 'boundaryEvent' ? [element.event.kind] : []),
    element.type,
  ];
  return words.join(' ');
}

function loopName(loop: LoopCharacteristics): string {
  if (loop.kind === 'standard') return 'loop';
  return loop.isSequential ? 'sequential multi-instance' : 'parallel multi-instance';
}
