/** A step that waits for somebody, with what can be chosen there: `throughline:voice`, evaluated. Plain JSON. */
export interface WaitingStep {
  readonly elementInstanceId: string;
  readonly elementId: string;
  /** Of the element. */
  readonly name?: string;
  readonly processInstanceId: string;
  readonly bpmnProcessId: string;
  /** Of the process. */
  readonly processName?: string;
  readonly businessKey?: string;
  /** The step's name where the model has none, or one that gave no text. */
  readonly prompt?: string;
  /** BCP 47; undefined: the channel's. */
  readonly language?: string;
  readonly repeats: number;
  readonly choices: readonly OfferedChoice[];
}

export interface OfferedChoice {
  readonly digit: string;
  /** What can be said or written instead of the digit. */
  readonly words: readonly string[];
  /** What a voice says about it; undefined: its first word or its label, and the digit. */
  readonly say?: string;
  /** The name of the event that it triggers, or of the way on. */
  readonly label?: string;
}
