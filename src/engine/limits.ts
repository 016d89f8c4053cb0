/** Steps (elements entered or left) that one command may take; what is left then becomes incidents that go on when resolved. */
export const STEP_LIMIT = 10_000;

/** How deep call activities may be nested. */
export const CALL_DEPTH_LIMIT = 50;

/** After how many deliveries without a command from outside no message or signal is thrown any more. (Calls have a depth.) */
export const DELIVERY_CHAIN_LIMIT = 100;

/**
 * Characters of a name or key that an expression gives (correlation key, job type, assignee, …): as many as a caller may name, and no more
 * than the databases index.
 */
export const KEY_LENGTH_LIMIT = 255;
