import type { Expression, VoiceChoice } from '../../engine/process-model.js';
import { comparableText } from '../../platform/comparable-text.js';
import type { DiagnosticLog } from '../diagnostic.js';
import type { NodeDraft } from '../draft.js';
import { readPlainValue, shown } from '../expressions.js';
import { describe, extensionAttribute } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { readVoiceText } from './read-voice-text.js';
import type { VoiceEvent } from './voice-event.js';

const digitPattern = /^[0-9*#]$/;
const choiceAttributes: readonly string[] = ['digit', 'words', 'say', 'message', 'variables'];

/** As many as there are keys for by default, from 1 to 9. */
const choicesByDefaultMax = 9;

/** The choices of a menu as the model lists them, or, where it lists none, one for each message or the one way on. */
export function readVoiceChoices(
  node: NodeDraft,
  voice: ModelElement,
  events: readonly VoiceEvent[],
  log: DiagnosticLog,
): readonly VoiceChoice[] {
  const refuse = (message: string) => log.report('invalid-voice-menu', node.element, message);
  const listed = (voice.$children ?? []).filter((child) => {
    if (child.$type === 'throughline:choice') return true;
    refuse(
      `Expected only throughline:choice in the throughline:voice of ${describe(node.element)} but found ${child.$type}.`,
    );
    return false;
  });
  const choices =
    listed.length === 0
      ? choicesByDefault(node, events, refuse)
      : listed.map((choice, index) => readChoice(node, choice, index, events, log, refuse));
  checkDistinct(node, choices, refuse);
  return choices;
}

type Refuse = (message: string) => void;

function choicesByDefault(
  node: NodeDraft,
  events: readonly VoiceEvent[],
  refuse: Refuse,
): readonly VoiceChoice[] {
  if (node.content?.type === 'userTask') {
    const label = node.outgoing.length === 1 ? node.outgoing[0]?.name : undefined;
    return [{ digit: '1', words: wordsOf(label), ...(label !== undefined && { label }) }];
  }
  if (events.length > choicesByDefaultMax) {
    refuse(
      `Expected the throughline:voice of ${describe(node.element)} to list its choices, as there are ${events.length} messages to wait for, but it lists none.`,
    );
  }
  return events.slice(0, choicesByDefaultMax).map(({ eventId, label }, index) => ({
    digit: String(index + 1),
    words: wordsOf(label),
    ...(label !== undefined && { label }),
    eventId,
  }));
}

function wordsOf(label: string | undefined): readonly string[] {
  return label === undefined || comparableText(label) === '' ? [] : [label];
}

function readChoice(
  node: NodeDraft,
  choice: ModelElement,
  index: number,
  events: readonly VoiceEvent[],
  log: DiagnosticLog,
  refuse: Refuse,
): VoiceChoice {
  for (const name of Object.keys(choice)) {
    if (/^(\$|xmlns)/.test(name) || choiceAttributes.includes(name)) continue;
    const message = `Expected an attribute of throughline:choice that is known but found ${name.slice(0, 60)}; it has no effect.`;
    log.report('unknown-extension-attribute', node.element, message);
  }
  const digit = extensionAttribute(choice, 'digit')?.trim() ?? String(index + 1);
  if (!digitPattern.test(digit)) {
    refuse(`Expected digit of throughline:choice to be one of 0 to 9, * and # but found ${shown(digit)}.`);
  }
  const event = eventOf(node, choice, digit, events, refuse);
  const say = readVoiceText(choice, 'say', node, log);
  const variables = readVariables(node, choice, digit, log, refuse);
  const label = event?.label;
  return {
    digit,
    words: readWords(choice, digit, label, refuse),
    ...(say !== undefined && { say }),
    ...(label !== undefined && { label }),
    ...(event !== undefined && { eventId: event.eventId }),
    ...(variables !== undefined && { variables }),
  };
}

function eventOf(
  node: NodeDraft,
  choice: ModelElement,
  digit: string,
  events: readonly VoiceEvent[],
  refuse: Refuse,
): VoiceEvent | undefined {
  const name = extensionAttribute(choice, 'message')?.trim();
  const [only, ...others] = events;
  if (name === undefined) {
    if (only === undefined || others.length === 0) return only;
    refuse(
      `Expected choice ${digit} of ${describe(node.element)} to say its message, one of ${namesOf(events)}, but found none.`,
    );
    return undefined;
  }
  const event = events.find(({ messageName }) => messageName === name);
  if (event === undefined) {
    const expected = only === undefined ? 'none, as it completes the task,' : namesOf(events);
    refuse(
      `Expected the message of choice ${digit} of ${describe(node.element)} to be ${expected} but found ${shown(name)}.`,
    );
  }
  return event;
}

function namesOf(events: readonly VoiceEvent[]): string {
  return events.map(({ messageName }) => shown(messageName)).join(', ');
}

function readWords(
  choice: ModelElement,
  digit: string,
  label: string | undefined,
  refuse: Refuse,
): readonly string[] {
  const text = extensionAttribute(choice, 'words');
  if (text === undefined) return wordsOf(label);
  const words = text.split(',').map((word) => word.trim());
  const unheard = words.find((word) => comparableText(word) === '');
  if (unheard !== undefined) {
    refuse(`Expected words of choice ${digit} to be words separated by commas but found ${shown(text)}.`);
  }
  return words;
}

function readVariables(
  node: NodeDraft,
  choice: ModelElement,
  digit: string,
  log: DiagnosticLog,
  refuse: Refuse,
): Expression | undefined {
  const text = extensionAttribute(choice, 'variables');
  if (text === undefined) return undefined;
  const variables = readPlainValue(text, node.element, log);
  if (variables.kind === 'compiled') return variables;
  if (variables.value !== null) {
    refuse(
      `Expected variables of choice ${digit} to be a FEEL context after "=", such as ={"solved": true}, but found ${shown(text)}.`,
    );
  }
  return undefined;
}

/** Two choices with one digit or word could not be told apart. */
function checkDistinct(node: NodeDraft, choices: readonly VoiceChoice[], refuse: Refuse): void {
  const seen = new Set<string>();
  for (const { digit, words } of choices) {
    const own = new Set([digit, ...words.map(comparableText)]);
    for (const mark of own) {
      if (seen.has(mark)) {
        refuse(
          `Expected the choices of ${describe(node.element)} to have digits and words of their own but found ${shown(mark)} twice.`,
        );
      }
      seen.add(mark);
    }
  }
}
