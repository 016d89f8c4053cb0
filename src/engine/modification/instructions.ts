import type { CommandError } from '../rejection.js';

/** An instruction that cannot be done: caught where it is planned, and told with all others. */
export class InstructionError extends Error {
  override readonly name = 'InstructionError';

  constructor(
    message: string,
    /** The instruction could never be done with this model. */
    readonly isOfModel = false,
  ) {
    super(message);
  }
}

/** What is wrong with the instructions of a command, gathered one by one. */
export class InstructionErrors {
  readonly all: CommandError[] = [];
  hasModelError = false;

  /** Plans one instruction; undefined where it cannot be done. */
  try<T>(path: string, plan: () => T): T | undefined {
    try {
      return plan();
    } catch (error) {
      if (!(error instanceof InstructionError)) throw error;
      this.all.push({ path, message: error.message });
      this.hasModelError ||= error.isOfModel;
      return undefined;
    }
  }
}
