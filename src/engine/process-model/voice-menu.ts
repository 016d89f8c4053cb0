import type { Expression } from './expression.js';

/**
 * What the channels of people offer at a waiting step (`throughline:voice`): a voice menu says it, answers by mail and
 * text are understood by it. Data for the channels: the engine never acts on it.
 */
export interface VoiceMenu {
  /** Must give a text; undefined: the element's name. */
  readonly prompt?: Expression;
  /** BCP 47, such as `en-GB`; undefined: the channel's. */
  readonly language?: string;
  /** How often somebody who was not understood is asked again. */
  readonly repeats: number;
  /** At least one, each with a digit of its own. */
  readonly choices: readonly VoiceChoice[];
}

/** One thing that can be chosen at a waiting step. */
export interface VoiceChoice {
  /** One of `0` to `9`, `*` and `#`. */
  readonly digit: string;
  /** What can be said, or written, instead of the digit. */
  readonly words: readonly string[];
  /** Must give a text, which names the digit; undefined: its first word or its label, and the digit. */
  readonly say?: Expression;
  /** The name of the event that it triggers, or of the way on. */
  readonly label?: string;
  /** The message catch event or receive task that is triggered; undefined on a user task, which is completed. */
  readonly eventId?: string;
  /** Must give an object: the variables that come with it. */
  readonly variables?: Expression;
}
