import type { OfferedChoice, WaitingStep } from '../../../runtime/waiting-step.js';
import { phrasesFor, spokenLanguage, type Phrases } from '../phrases.js';
import type { Say, Verb } from '../twiml.js';
import type { Line } from './line.js';

/** How long a caller has for the first key or word. */
const menuTimeoutSeconds = 5;
/** A number has to be looked up. */
const caseNumberTimeoutSeconds = 10;

/** A sentence in a language. */
export function say(text: string, language: string): Say {
  return { verb: 'Say', text, language: spokenLanguage(language) };
}

/** Sentences after which the call ends. */
export function sayAndHangUp(texts: readonly string[], language: string): readonly Verb[] {
  const all = [...texts, phrasesFor(language).goodbye];
  return [...all.map((text) => say(text, language)), { verb: 'Hangup' }];
}

/** The language of a step, or that of the channel. */
export function languageOf(line: Line, step: WaitingStep): string {
  return step.language ?? line.channel.language;
}

/**
 * The menu of a step: what it asks and what can be chosen. Silence leads to the same address as a wrong key: a provider goes on
 * with the next verb when nothing was entered.
 */
export function sayMenu(
  line: Line,
  step: WaitingStep,
  attempt: number,
  before: readonly string[] = [],
): readonly Verb[] {
  const language = languageOf(line, step);
  const phrases = phrasesFor(language);
  const { elementInstanceId, prompt, choices } = step;
  const texts = [
    ...before,
    ...(prompt === undefined ? [] : [prompt]),
    ...choices.map((choice) => choice.say ?? choiceText(choice, phrases)),
  ];
  const words = choices.flatMap((choice) => [...choice.words, choice.digit]);
  return gather(line, {
    input: 'dtmf speech',
    place: { at: 'menu', step: elementInstanceId, attempt },
    language,
    timeoutSeconds: menuTimeoutSeconds,
    digits: 1,
    ...(choices.some(({ digit }) => digit === '#') ? { finishOnKey: '' } : {}),
    hints: words.map((word) => word.replaceAll(',', ' ')).join(', '),
    texts,
  });
}

/** Which of several journeys the call is about. */
export function sayJourneys(
  line: Line,
  steps: readonly WaitingStep[],
  attempt: number,
  before: readonly string[] = [],
): readonly Verb[] {
  const { language } = line.channel;
  const phrases = phrasesFor(language);
  const texts = [
    ...before,
    phrases.whichJourney,
    ...steps.map((step, index) => phrases.journey(String(index + 1), journeyLabel(step))),
  ];
  const ids = steps.map(({ elementInstanceId }) => elementInstanceId);
  return gather(line, {
    input: 'dtmf',
    place: { at: 'journeys', steps: ids, attempt },
    language,
    timeoutSeconds: menuTimeoutSeconds,
    digits: 1,
    texts,
  });
}

/** Asks for a case number by keys. */
export function askCaseNumber(line: Line, attempt: number, before: readonly string[] = []): readonly Verb[] {
  const { language } = line.channel;
  return gather(line, {
    input: 'dtmf',
    place: { at: 'case', attempt },
    language,
    timeoutSeconds: caseNumberTimeoutSeconds,
    finishOnKey: '#',
    texts: [...before, phrasesFor(language).askCaseNumber],
  });
}

interface Question {
  readonly input: 'dtmf' | 'dtmf speech';
  readonly place: Parameters<Line['addressOf']>[0];
  readonly language: string;
  readonly timeoutSeconds: number;
  readonly digits?: number;
  readonly finishOnKey?: string;
  readonly hints?: string;
  readonly texts: readonly string[];
}

function gather(line: Line, { place, texts, language, ...question }: Question): readonly Verb[] {
  const action = line.addressOf(place);
  return [
    {
      verb: 'Gather',
      ...question,
      action,
      language: spokenLanguage(language),
      say: texts.map((text) => say(text, language)),
    },
    { verb: 'Redirect', url: action },
  ];
}

/** Several choices may bring one event, so that words tell more than its name. */
function choiceText({ digit, words, label }: OfferedChoice, phrases: Phrases): string {
  const key = /\d/.test(digit) ? digit : (phrases.digits[digit] ?? digit);
  return phrases.choice(key, words[0] ?? label ?? phrases.goOn);
}

function journeyLabel({ processName, businessKey, prompt, name, bpmnProcessId }: WaitingStep): string {
  const about = processName ?? name ?? prompt ?? bpmnProcessId;
  return businessKey === undefined ? about : `${about}, ${businessKey}`;
}
