import { modifyProcessInstance } from '../../contract/modifications.js';
import type { NamedInstances } from '../../runtime/runtime.js';
import { done, replyWith, route } from '../handler.js';

export const modificationRoutes = [
  route(modifyProcessInstance, async ({ params: { processInstanceId }, body, context }, { runtime }) => {
    const { activate, cancel, move } = body;
    const outcome = await runtime.modifyProcessInstance(context, processInstanceId, {
      activate,
      cancel: cancel.map(({ elementInstanceId, elementId }) => namedInstances(elementInstanceId, elementId)),
      move: move.map(({ fromElementInstanceId, fromElementId, ...to }) => ({
        ...to,
        from: namedInstances(fromElementInstanceId, fromElementId),
      })),
    });
    return replyWith(outcome, (modified) => done(200, modified));
  }),
];

/** The contract has seen to it that there is exactly one of them. */
function namedInstances(elementInstanceId: string | undefined, elementId = ''): NamedInstances {
  return elementInstanceId === undefined ? { elementId } : { elementInstanceId };
}
