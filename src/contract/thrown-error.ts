import { variables } from './json-value.js';
import { key, message } from './text.js';

/** The fields of an escalation that a job or user task throws. */
export const thrownEscalation = {
  escalationCode: key,
  variables: variables.optional(),
};

/** The fields of a BPMN error that a job or user task throws. */
export const thrownError = {
  errorCode: key,
  errorMessage: message.optional(),
  variables: variables.optional(),
};
