import { child, idOf } from '../model-element.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/** Compensation (BPMN 2.0.2 §10.5.5): thrown for one activity or for all of the scope, waiting for the handlers unless it says otherwise. */
export const readCompensationEvent: EventDefinitionReader = (definition, _event, place) => {
  if (!place.throws) return { kind: 'compensation' };
  const activity = child(definition, 'activityRef');
  const activityId = activity && idOf(activity);
  return {
    kind: 'compensationThrow',
    waitForCompletion: definition.get('waitForCompletion') !== false,
    ...(activityId !== undefined && { activityId }),
  };
};
