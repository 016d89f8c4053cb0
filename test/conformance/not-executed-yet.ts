/**
 * Scenarios whose model holds an element that is not executed yet: it must be refused at deployment, never run halfway. A name leaves
 * this list when its element arrives.
 */
export const notExecutedYet: ReadonlySet<string> = new Set([]);
