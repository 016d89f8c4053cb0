import { createHash } from 'node:crypto';
import { partsOf } from '../../../runtime/ids.js';
import type { Outcome } from '../../../runtime/outcome.js';
import type { ChosenStep } from '../../../runtime/runtime.js';
import type { WaitingStep } from '../../../runtime/waiting-step.js';
import { isBusyAfter } from '../../../runtime/waiting-steps.js';
import { phrasesFor } from '../phrases.js';
import type { Verb } from '../twiml.js';
import type { CallPlace } from './call-place.js';
import type { Line } from './line.js';
import { languageOf, say, sayAndHangUp, sayMenu } from './say-menu.js';

/** How often a call looks whether the journey has come to its next step. */
export const pollsMax = 5;
const pollSeconds = 2;
/** Another node is doing the same post just now. */
const inFlightSeconds = 1;

/**
 * Moves the journey on, once for each call and step: a post that comes again, or twice at once, gets the answer of the first,
 * which is made of nothing but what was recorded with it.
 * @param step what was said; undefined where the step does not wait any more.
 */
export async function takeChoice(
  line: Line,
  callSid: string,
  place: Extract<CallPlace, { at: 'menu' }>,
  step: WaitingStep | undefined,
  digit: string | undefined,
): Promise<readonly Verb[]> {
  const outcome = await choose(line, callSid, place.step, digit ?? '');
  if (outcome.ok) return goOn(line, place.step, outcome.value);
  const language = step === undefined ? line.channel.language : languageOf(line, step);
  const phrases = phrasesFor(language);
  switch (outcome.problem.code) {
    case 'invalid-state':
    case 'not-found':
      return sayAndHangUp([phrases.alreadyDone], language);
    case 'idempotency-key-in-flight': {
      const again = line.addressOf({ ...place, ...(digit === undefined ? {} : { digit }) });
      return [
        { verb: 'Pause', seconds: inFlightSeconds },
        { verb: 'Redirect', url: again },
      ];
    }
    case 'suspended':
      return sayAndHangUp([phrases.notPossible], language);
    default:
      line.logger.error({ ...subject(line, place.step), detail: outcome.problem.detail }, 'choice refused');
      return sayAndHangUp([phrases.notPossible], language);
  }
}

async function choose(
  line: Line,
  callSid: string,
  elementInstanceId: string,
  digit: string,
): Promise<Outcome<ChosenStep>> {
  const key = `${callSid}:${elementInstanceId}`;
  // Whatever was pressed: a step is moved on by one call once.
  const fingerprint = createHash('sha256').update(key).digest('hex');
  const context = { ...line.context, idempotency: { operation: 'voice', key, fingerprint } };
  const outcome = await line.flights.do(`${line.context.actor} ${key}`, () =>
    line.runtime.chooseAtStep(context, { elementInstanceId, digit }),
  );
  if (outcome.ok && outcome.replayed !== true) {
    line.logger.info({ ...subject(line, elementInstanceId), digit }, 'choice taken');
  }
  return outcome;
}

function goOn(line: Line, elementInstanceId: string, chosen: ChosenStep): readonly Verb[] {
  const { language = line.channel.language } = chosen;
  const phrases = phrasesFor(language);
  if (chosen.next !== undefined) return sayMenu(line, chosen.next, 0, [phrases.thanks]);
  if (!chosen.busy) return sayAndHangUp([phrases.thanks], language);
  return [
    say(phrases.thanks, language),
    say(phrases.pleaseWait, language),
    ...pollAfterPause(line, elementInstanceId, 1),
  ];
}

/** Whether the journey has come to its next step since the choice; says goodbye when it takes too long. */
export async function lookAgain(
  line: Line,
  elementInstanceId: string,
  attempt: number,
): Promise<readonly Verb[]> {
  const { language } = line.channel;
  const goodbye = sayAndHangUp([phrasesFor(language).thanks], language);
  const parts = partsOf(elementInstanceId);
  if (parts === undefined) return goodbye;
  const { tenantId } = line.context;
  const steps = await line.runtime.waitingSteps(tenantId, parts.processInstanceId);
  const next = steps.find((step) => (partsOf(step.elementInstanceId)?.key ?? 0) > parts.key);
  if (next !== undefined) return sayMenu(line, next, 0);
  if (attempt >= pollsMax) return goodbye;
  const row = await line.runtime.queries.processInstance(tenantId, parts.processInstanceId);
  if (row === undefined || !isBusyAfter(row.state, parts.key)) return goodbye;
  return pollAfterPause(line, elementInstanceId, attempt + 1);
}

function pollAfterPause(line: Line, step: string, attempt: number): readonly Verb[] {
  return [
    { verb: 'Pause', seconds: pollSeconds },
    { verb: 'Redirect', url: line.addressOf({ at: 'poll', step, attempt }) },
  ];
}

function subject(line: Line, elementInstanceId: string) {
  return { channel: `${line.channel.kind}:${line.channel.id}`, elementInstanceId };
}
