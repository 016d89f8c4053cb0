import type { TaskHeaders } from '../template/task-headers.js';

/** Every task header that this adapter knows, as documented. `<…>` stands for what the model chooses. */
export const taskHeaderNames = [
  'method',
  'url',
  'header.<name>',
  'body',
  'timeoutMs',
  'maxResponseBytes',
  'successStatus',
  'retryOn',
  'retryUnsafe',
  'resultVariable',
  'result.<variable>',
  'errorCode.<status>',
  'errorField',
  'errorCode.field.<value>',
  'errorResult.<variable>',
] as const;

/** The headers of a task of this adapter. */
export type HttpTaskHeaders = TaskHeaders<(typeof taskHeaderNames)[number]>;
