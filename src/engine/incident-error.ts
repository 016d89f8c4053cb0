import type { IncidentCode } from './state.js';

/**
 * Thrown inside the engine by a step that the model or the data makes impossible; the step becomes an incident at its
 * element instance. It never leaves `advance`.
 */
export class IncidentError extends Error {
  constructor(
    readonly code: IncidentCode,
    message: string,
  ) {
    super(message);
  }
}
