import type { Child } from './element.js';

/** One page: what it shows at first, and how that is brought up to date. */
export interface View {
  readonly title: string;
  readonly content: readonly Child[];
  readonly everyMs: number;
  /** Reads from the server and shows what has changed. Throws what cannot be read. */
  refresh(): Promise<void>;
}

/** What a view may do besides showing. */
export interface Stage {
  /** Aborts when the user goes elsewhere. */
  readonly signal: AbortSignal;
  /** Brings the view up to date now. */
  refreshNow(): void;
  /** Does what the user has asked for, then tells that it is done, or why it is not. */
  act(action: () => Promise<void>, done: string): Promise<void>;
}
