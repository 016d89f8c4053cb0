/**
 * The executable form of one BPMN process, built by `src/definitions` and read by the engine: what stands in `process-model/`, one file for
 * each kind of element.
 */
export type * from './process-model/activity.js';
export type * from './process-model/event.js';
export type * from './process-model/event-definition.js';
export type * from './process-model/expression.js';
export type * from './process-model/flow-node.js';
export type * from './process-model/gateway.js';
export type * from './process-model/job-definition.js';
export * from './process-model/loop.js';
export type * from './process-model/process.js';
export type * from './process-model/sub-process.js';
export * from './process-model/task.js';
export type * from './process-model/voice-menu.js';
