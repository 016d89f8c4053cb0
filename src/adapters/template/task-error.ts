/** The task cannot be done as the model or its data say; trying again changes nothing. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}
