import type { Outcome } from '../outcome.js';
import { done } from '../outcome.js';
import type { ReceivedReply, Reply } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';
import { chooseAtStep } from './choose-at-step.js';
import { publishMessage } from './publish-message.js';

/** Somebody has written: either it is what a waiting step offers, or it is published for whoever takes it. Nothing is lost. */
export function receiveReply({ choice, otherwise }: Reply): UseCase<ReceivedReply> {
  return async (unit) => {
    const chosen = choice && (await chooseAtStep(choice)(unit));
    if (chosen?.ok) return done({ outcome: 'chosen', processInstanceIds: [chosen.value.processInstanceId] });
    return publish(unit, otherwise);
  };
}

async function publish(unit: Unit, input: Reply['otherwise']): Promise<Outcome<ReceivedReply>> {
  const published = await publishMessage(input)(unit);
  if (!published.ok) return published;
  const { outcome, processInstanceIds, duplicate } = published.value;
  return done({ outcome, processInstanceIds, ...(duplicate === true ? { duplicate } : {}) });
}
