/**
 * Scenarios whose model holds an element that is not executed yet: it must be refused at deployment, never run halfway. A name leaves
 * this list when its element arrives.
 */
export const notExecutedYet: ReadonlySet<string> = new Set([
  'an ad-hoc sub-process starts the chosen activities and ends when they have',
  'a completion condition ends an ad-hoc sub-process and cancels the rest',
  'a compensation throw runs the handler and waits for it',
  'without a throw the handler does not run',
  'handlers run in reverse order of completion, one after the other',
  'activityRef compensates only that activity',
  'an activity that has not completed is not compensated',
  'a completed sub-process is compensated by its inner handlers, in reverse',
  'signal, escalation, message and none end events all end their token',
  'a non-interrupting escalation boundary: both paths go on',
  'an interrupting escalation boundary cancels the sub-process',
  'an escalation nobody catches is not an error',
  'an escalation leaves a called process and reaches the boundary of the call activity',
  'a non-interrupting escalation event sub-process runs next to the main flow',
  'inclusive split takes all true flows, not the default',
  'inclusive split takes the default when nothing is true',
  'inclusive join waits for the two chosen of three arms',
  'inclusive join lets a single chosen arm through at once',
  'inclusive join is released when the token upstream turns away',
  'inclusive join takes the token upstream when it does come, and fires once',
  'inclusive join waits while a loop upstream goes round',
  'nested inclusive blocks: the outer join waits for the inner one',
  'nested inclusive blocks with one arm each',
  'a cancel end event compensates in reverse order, then the cancel boundary goes on',
  'a transaction that is not cancelled goes on normally',
]);
