import { askDialects } from '../read-context.js';
import type { ElementReader } from './element-reader.js';

/** User task (BPMN 2.0.2 §10.3.4); without extensions it is a task for anybody. */
export const readUserTask: ElementReader = (element, context) => ({
  type: 'userTask',
  task: askDialects(context, (dialect) => dialect.readUserTask?.(element, context)) ?? { headers: {} },
});
