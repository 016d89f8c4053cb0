import { partsOf } from '../../../runtime/ids.js';
import type { WaitingStep } from '../../../runtime/waiting-step.js';
import { keyedCaseNumbers } from '../case-number.js';
import { choiceOfDigit, choiceOfText } from '../match-choice.js';
import { personNumbers } from '../person-numbers.js';
import { phrasesFor } from '../phrases.js';
import type { Verb } from '../twiml.js';
import { journeysOfferedMax, type CallPlace } from './call-place.js';
import type { CallPost } from './call-post.js';
import type { Line } from './line.js';
import { languageOf, askCaseNumber, sayAndHangUp, sayJourneys, sayMenu } from './say-menu.js';
import { lookAgain, takeChoice } from './take-choice.js';

/** How often a case number, or which journey, is asked for. */
export const questionsMax = 3;

/**
 * What is said next in a call. Only a choice at a step changes anything, and that once for each call and step; everything else can
 * be posted again without harm.
 */
export async function answerCall(line: Line, post: CallPost, place: CallPlace): Promise<readonly Verb[]> {
  if (post.isOver) return [];
  switch (place.at) {
    case 'start':
      return greet(line, post);
    case 'case':
      return takeCaseNumber(line, post, place.attempt);
    case 'journeys':
      return takeJourney(line, post, place.steps, place.attempt);
    case 'menu':
      return answerMenu(line, post, place);
    case 'poll':
      return lookAgain(line, place.step, place.attempt);
    default:
      return place satisfies never;
  }
}

async function greet(line: Line, { from }: CallPost): Promise<readonly Verb[]> {
  const { channel, finder } = line;
  const journeys = await finder.ofPerson(personNumbers(from), channel.callerVariables);
  if (journeys.length === 0) return askCaseNumber(line, 0);
  return offer(line, await finder.steps(journeys));
}

function offer(line: Line, steps: readonly WaitingStep[]): readonly Verb[] {
  const [step, ...others] = steps;
  if (step === undefined) {
    const { language } = line.channel;
    return sayAndHangUp([phrasesFor(language).nothingWaiting], language);
  }
  if (others.length === 0) return sayMenu(line, step, 0);
  return sayJourneys(line, steps.slice(0, journeysOfferedMax), 0);
}

async function takeCaseNumber(line: Line, post: CallPost, attempt: number): Promise<readonly Verb[]> {
  const { channel, finder } = line;
  for (const caseNumber of keyedCaseNumbers(channel.caseNumbers, post.digits ?? '')) {
    const journeys = await finder.byCaseNumber(caseNumber);
    if (journeys.length > 0) return offer(line, await finder.steps(journeys));
  }
  const phrases = phrasesFor(channel.language);
  const reason = post.digits === undefined ? phrases.notUnderstood : phrases.unknownCaseNumber;
  if (attempt + 1 >= questionsMax) return sayAndHangUp([reason], channel.language);
  return askCaseNumber(line, attempt + 1, [reason]);
}

async function takeJourney(
  line: Line,
  post: CallPost,
  ids: readonly string[],
  attempt: number,
): Promise<readonly Verb[]> {
  const { language } = line.channel;
  const phrases = phrasesFor(language);
  const chosen = /^[1-9]$/.test(post.digits ?? '') ? ids[Number(post.digits) - 1] : undefined;
  if (chosen !== undefined) {
    const step = await stepOf(line, chosen);
    return step === undefined ? sayAndHangUp([phrases.alreadyDone], language) : sayMenu(line, step, 0);
  }
  if (attempt + 1 >= questionsMax) return sayAndHangUp([phrases.notUnderstood], language);
  const steps = await Promise.all(ids.map((id) => stepOf(line, id)));
  const waiting = steps.filter((step) => step !== undefined);
  // Those that are left keep no gaps: the menu is said anew with its own keys.
  if (waiting.length === 0) return sayAndHangUp([phrases.alreadyDone], language);
  return sayJourneys(line, waiting, attempt + 1, [phrases.notUnderstood]);
}

async function answerMenu(
  line: Line,
  post: CallPost,
  place: Extract<CallPlace, { at: 'menu' }>,
): Promise<readonly Verb[]> {
  const step = await stepOf(line, place.step);
  const digits = place.digit ?? post.digits;
  // Without a menu to look it up in, this is a repeated post, or somebody else was faster: who takes the choice can tell.
  if (step === undefined) return takeChoice(line, post.callSid, place, undefined, undefined);
  const language = languageOf(line, step);
  const choice =
    digits === undefined
      ? choiceOfText(step.choices, post.speech ?? '', language)
      : choiceOfDigit(step.choices, digits);
  if (choice !== undefined) return takeChoice(line, post.callSid, place, step, choice.digit);
  const { notUnderstood } = phrasesFor(language);
  if (place.attempt >= step.repeats) return sayAndHangUp([notUnderstood], language);
  return sayMenu(line, step, place.attempt + 1, [notUnderstood]);
}

/** The step, as long as it waits. */
async function stepOf(line: Line, elementInstanceId: string): Promise<WaitingStep | undefined> {
  const processInstanceId = partsOf(elementInstanceId)?.processInstanceId;
  if (processInstanceId === undefined) return undefined;
  const steps = await line.runtime.waitingSteps(line.context.tenantId, processInstanceId);
  return steps.find((step) => step.elementInstanceId === elementInstanceId);
}
