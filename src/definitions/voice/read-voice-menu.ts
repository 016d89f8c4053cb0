import type { VoiceChoice, VoiceMenu } from '../../engine/process-model.js';
import type { DiagnosticLog } from '../diagnostic.js';
import type { NodeDraft } from '../draft.js';
import { literal, shown } from '../expressions.js';
import { asWholeNumber } from '../field-values.js';
import { describe, extensionAttribute, extensions } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { readVoiceChoices } from './read-voice-choices.js';
import { readVoiceText } from './read-voice-text.js';
import { voiceEventsOf } from './voice-event.js';

const repeatsRange = { what: 'repeats of throughline:voice', min: 0, max: 10 };
const repeatsByDefault = 3;

/**
 * The menu of a step that waits for a message or a person, where the model asks for one by `throughline:voice`. What it does not
 * say comes from the names of the step, of the events behind a gateway and of the flows. Call it once flows are connected.
 */
export function readVoiceMenu(node: NodeDraft, log: DiagnosticLog): VoiceMenu | undefined {
  const [voice, ...more] = extensions(node.element, 'throughline:voice');
  if (voice === undefined || !isBearer(node)) return undefined;
  if (more.length > 0) {
    const message = `Expected one throughline:voice on ${describe(node.element)} but found ${more.length + 1}.`;
    log.report('invalid-voice-menu', node.element, message);
  }
  const events = voiceEventsOf(node);
  if (!canBeMovedOn(node, events.length, log)) return undefined;
  const choices: readonly VoiceChoice[] = readVoiceChoices(node, voice, events, log);
  const prompt = readVoiceText(voice, 'prompt', node, log);
  const language = readLanguage(voice, node, log);
  return {
    ...(prompt !== undefined && { prompt }),
    ...(language !== undefined && { language }),
    repeats: readRepeats(voice, node, log),
    choices,
  };
}

/** Elsewhere it is reported as misplaced. */
function isBearer({ content }: NodeDraft): boolean {
  switch (content?.type) {
    case 'intermediateCatchEvent':
    case 'receiveTask':
    case 'userTask':
    case 'eventBasedGateway':
      return true;
    default:
      return false;
  }
}

function canBeMovedOn(node: NodeDraft, events: number, log: DiagnosticLog): boolean {
  const { element, content } = node;
  const refuse = (expected: string) => {
    log.report('invalid-voice-menu', element, expected);
    return false;
  };
  if (content?.type !== 'userTask' && events === 0) {
    const who = content?.type === 'eventBasedGateway' ? 'an event behind ' : '';
    return refuse(
      `Expected ${who}${describe(element)} to wait for a message, as it has a throughline:voice, but found none.`,
    );
  }
  const gateway = node.incoming.find(({ source }) => source.content?.type === 'eventBasedGateway')?.source;
  if (gateway === undefined) return true;
  return refuse(
    `Expected throughline:voice on ${describe(gateway.element)}, which waits for all events behind it, but found it on ${describe(element)}.`,
  );
}

function readRepeats(voice: ModelElement, node: NodeDraft, log: DiagnosticLog): number {
  const text = extensionAttribute(voice, 'repeats');
  if (text === undefined) return repeatsByDefault;
  const repeats = asWholeNumber(literal(text), repeatsRange, node.element, log);
  return repeats.kind === 'literal' && typeof repeats.value === 'number' ? repeats.value : repeatsByDefault;
}

/** A language tag of RFC 5646 in its usual length. */
const languagePattern = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

function readLanguage(voice: ModelElement, node: NodeDraft, log: DiagnosticLog): string | undefined {
  const text = extensionAttribute(voice, 'language')?.trim();
  if (text === undefined || languagePattern.test(text)) return text;
  const message = `Expected language of throughline:voice to be a tag such as en-GB but found ${shown(text)}.`;
  log.report('invalid-voice-menu', node.element, message);
  return undefined;
}
