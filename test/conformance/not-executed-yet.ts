/**
 * Scenarios whose model holds an element that is not executed yet: it must be refused at deployment, never run halfway. A name leaves
 * this list when its element arrives.
 */
export const notExecutedYet: ReadonlySet<string> = new Set([
  'a compensation throw runs the handler and waits for it',
  'without a throw the handler does not run',
  'handlers run in reverse order of completion, one after the other',
  'activityRef compensates only that activity',
  'an activity that has not completed is not compensated',
  'a completed sub-process is compensated by its inner handlers, in reverse',
  'a cancel end event compensates in reverse order, then the cancel boundary goes on',
  'a transaction that is not cancelled goes on normally',
]);
