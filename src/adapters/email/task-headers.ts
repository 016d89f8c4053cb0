import type { TaskHeaders } from '../template/task-headers.js';

/** Every task header that this adapter knows, as documented. */
export const taskHeaderNames = [
  'to',
  'cc',
  'replyTo',
  'subject',
  'text',
  'html',
  'errorCode.rejected',
] as const;

/** The headers of a task of this adapter. */
export type EmailTaskHeaders = TaskHeaders<(typeof taskHeaderNames)[number]>;
