/** What begins the type of every event. */
export const eventTypePrefix = 'io.throughline.';

/** Every type of event, without its prefix, and when there is one. */
export const eventTypeMeanings = {
  'process-instance.started': 'A process instance has begun.',
  'process-instance.completed': 'It has reached its end.',
  'process-instance.canceled': 'It was canceled, by somebody or by the call activity that called it.',
  'process-instance.terminated':
    'A terminate end event has ended it, or an error that nobody caught (`errorCode`).',
  'process-instance.suspended': 'It stands still until it is resumed.',
  'process-instance.resumed': 'It goes on.',
  'process-instance.modified': 'Somebody has put or taken away tokens.',
  'process-instance.migrated': 'It goes on by another definition.',
  'element.activated': 'A token has entered an element.',
  'element.completed': 'The element is done.',
  'element.canceled': 'The element was left without being done.',
  'user-task.created': 'Somebody is asked to do something.',
  'user-task.completed': 'It was done.',
  'job.created': 'A worker is asked to do something.',
  'job.completed': 'The worker has done it.',
  'job.retried': 'It is offered again after its incident was resolved.',
  'incident.raised': 'The instance cannot go on at some place without help.',
  'incident.resolved': 'The step is taken again, or is not needed any more.',
  'timer.scheduled': 'Something waits for a time.',
  'timer.triggered': 'The time has come.',
  'message.correlated': 'The instance has taken a message that it waited for.',
  'message.thrown': 'The instance has sent a message.',
  'signal.caught': 'The instance has caught a signal.',
  'signal.thrown': 'The instance has broadcast a signal.',
  'error.thrown': 'A BPMN error was thrown; `catchingElementId` is what catches it.',
  'escalation.thrown': 'An escalation was thrown.',
  'decision.evaluated': 'A decision was evaluated.',
  'deployment.created': 'Models were deployed that are new or have changed.',
  'webhook.disabled': 'A webhook takes nothing any more and was disabled; `because` is `failing` or `gone`.',
} as const;

export type EventTypeName = keyof typeof eventTypeMeanings;

export const eventTypeNames = Object.keys(eventTypeMeanings) as readonly EventTypeName[];

/** The part of a type before its point: `process-instance` of `process-instance.started`. */
const subjectNames: readonly string[] = [
  ...new Set(eventTypeNames.map((name) => name.slice(0, name.indexOf('.')))),
];

/** Whether that is a type, or all types of something (`process-instance.*`), with the prefix or without. */
export function isEventTypePattern(text: string): boolean {
  const name = withoutPrefix(text);
  return Object.hasOwn(eventTypeMeanings, name) || subjectNames.some((subject) => name === `${subject}.*`);
}

export function withoutPrefix(text: string): string {
  return text.startsWith(eventTypePrefix) ? text.slice(eventTypePrefix.length) : text;
}
