/** Moments at which a crash is worst: what has happened by then, and what has not. */
export const failpoints = [
  /** All work of a transaction is done, and it is about to commit. */
  'before-commit',
  /** It has committed, and nobody has been told. */
  'after-commit',
  /** What was asked over HTTP is done, and the answer has not been written. */
  'before-answer',
  /** Committed jobs are marked as put on the queue, and the queue does not have them yet. */
  'before-relay',
  /** A job's handler has answered, and its result has not been recorded. */
  'before-report',
] as const;

export type Failpoint = (typeof failpoints)[number];

type Hook = (point: Failpoint) => void;

let hook: Hook | undefined;

/** Passes a point. Does nothing unless code in this process has set a hook: no configuration can. */
export function failpoint(point: Failpoint): void {
  hook?.(point);
}

/** Has `hook` called at each passage, in place of the one before; for tests, which end the process in it. */
export function setFailpointHook(newHook: Hook | undefined): void {
  hook = newHook;
}
