/** Steps (elements entered or left) that one command may take; what is left then becomes incidents that go on when resolved. */
export const STEP_LIMIT = 10_000;

/**
 * How often a multi-instance activity may be done, and how many iterations of parallel ones one command may start. Starting one is no step:
 * it brings {@link STEPS_PER_ITERATION} further steps with it. Those of a standard loop bring none.
 */
export const ITERATION_LIMIT = 10_000;

export const STEPS_PER_ITERATION = 10;

/** How deep call activities may be nested. */
export const CALL_DEPTH_LIMIT = 50;

/** How many active instances one instance may have called, directly or through others: a process that calls itself twice doubles. */
export const CALL_TREE_LIMIT = 5 * ITERATION_LIMIT;

/** After how many deliveries of messages and signals without a command from outside none is thrown any more. */
export const DELIVERY_CHAIN_LIMIT = 100;

/**
 * After how many calls and their ends without a command from outside, a job or a timer nothing is called any more: twice as many as a
 * multi-instance call activity makes one after the other.
 */
export const CALL_CHAIN_LIMIT = 4 * ITERATION_LIMIT;

/**
 * Characters of a name or key that an expression gives (correlation key, job type, assignee, …): as many as a caller may name, and no more
 * than the databases index.
 */
export const KEY_LENGTH_LIMIT = 255;
