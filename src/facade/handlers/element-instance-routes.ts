import { activateElements } from '../../contract/element-instances.js';
import { replyEmpty, route } from '../handler.js';

export const elementInstanceRoutes = [
  route(activateElements, async ({ params: { elementInstanceId }, body, context }, { runtime }) => {
    const { elementIds, variables = {} } = body;
    return replyEmpty(await runtime.activateElements(context, elementInstanceId, { elementIds, variables }));
  }),
];
