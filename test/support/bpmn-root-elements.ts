import type { EventOptions, MessageOptions, TimerOptions } from './bpmn-options.js';
import { xmlElement, xmlText } from './xml-text.js';

/** The messages, signals, errors and escalations that the events of a file refer to, each written once. */
export class RootElements {
  private readonly linesById = new Map<string, readonly string[]>();

  /** The id of the message; one without a name is written without. */
  message(options: MessageOptions | string): string {
    const { name, correlationKey } = typeof options === 'string' ? { name: options } : options;
    const extensions =
      correlationKey === undefined ? [] : xmlElement('zeebe:subscription', { correlationKey });
    const content = extensions.length === 0 ? [] : xmlElement('bpmn:extensionElements', {}, extensions);
    return this.add('Message', `${name ?? ''}${correlationKey ?? ''}`, (id) =>
      xmlElement('bpmn:message', { id, name }, content),
    );
  }

  signal(name: string): string {
    return this.add('Signal', name, (id) => xmlElement('bpmn:signal', { id, name }));
  }

  error(errorCode: string): string {
    return this.add('Error', errorCode, (id) => xmlElement('bpmn:error', { id, name: errorCode, errorCode }));
  }

  escalation(escalationCode: string): string {
    return this.add('Escalation', escalationCode, (id) =>
      xmlElement('bpmn:escalation', { id, name: escalationCode, escalationCode }),
    );
  }

  /** The id of an event definition that stands beside the processes, for what refers to one. */
  signalDefinition(name: string): string {
    const signalRef = this.signal(name);
    return this.add('SignalDefinition', name, (id) =>
      xmlElement('bpmn:signalEventDefinition', { id, signalRef }),
    );
  }

  escalationDefinition(escalationCode: string): string {
    const escalationRef = this.escalation(escalationCode);
    return this.add('EscalationDefinition', escalationCode, (id) =>
      xmlElement('bpmn:escalationEventDefinition', { id, escalationRef }),
    );
  }

  lines(): readonly string[] {
    return [...this.linesById.values()].flat();
  }

  addAll(other: RootElements): void {
    for (const [id, lines] of other.linesById) this.linesById.set(id, lines);
  }

  private add(kind: string, key: string, write: (id: string) => readonly string[]): string {
    const id = `${kind}_${key.replace(/[^\w.-]/g, (character) => `_${character.charCodeAt(0).toString(16)}`)}`;
    this.linesById.set(id, write(id));
    return id;
  }
}

/** The lines of the event definitions that the options ask for: none, one, or, wrongly, several. */
export function eventDefinitionLines(options: EventOptions, roots: RootElements): readonly string[] {
  const { message, signal, timer, error, escalation, compensate, cancel, terminate, link, condition } =
    options;
  const reference = (kind: string, attribute: string, id: string | undefined) =>
    xmlElement(`bpmn:${kind}EventDefinition`, { [attribute]: id });
  return [
    ...(message === undefined ? [] : reference('message', 'messageRef', roots.message(message))),
    ...(signal === undefined ? [] : reference('signal', 'signalRef', roots.signal(signal))),
    ...(error === undefined
      ? []
      : reference('error', 'errorRef', error === true ? undefined : roots.error(error))),
    ...(escalation === undefined
      ? []
      : reference(
          'escalation',
          'escalationRef',
          escalation === true ? undefined : roots.escalation(escalation),
        )),
    ...(compensate === undefined
      ? []
      : xmlElement('bpmn:compensateEventDefinition', compensate === true ? {} : { ...compensate })),
    ...(cancel === true ? xmlElement('bpmn:cancelEventDefinition', {}) : []),
    ...(timer === undefined ? [] : xmlElement('bpmn:timerEventDefinition', {}, timerLines(timer))),
    ...(link === undefined ? [] : xmlElement('bpmn:linkEventDefinition', { name: link })),
    ...(condition === undefined
      ? []
      : xmlElement('bpmn:conditionalEventDefinition', {}, [
          xmlText('bpmn:condition', ' xsi:type="bpmn:tFormalExpression"', condition),
        ])),
    ...(terminate === true ? xmlElement('bpmn:terminateEventDefinition', {}) : []),
  ];
}

function timerLines({ date, duration, cycle }: TimerOptions): readonly string[] {
  const type = ' xsi:type="bpmn:tFormalExpression"';
  return [
    ...(date === undefined ? [] : [xmlText('bpmn:timeDate', type, date)]),
    ...(duration === undefined ? [] : [xmlText('bpmn:timeDuration', type, duration)]),
    ...(cycle === undefined ? [] : [xmlText('bpmn:timeCycle', type, cycle)]),
  ];
}
