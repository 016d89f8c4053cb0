import type { Scenario } from '../conformance/scenario.js';

/** What an engine shows at one moment of a scenario: at each `expect`, the one at the end included. */
export interface Observation {
  readonly hasEnded: boolean;
  /** How often each element has completed, of those that the scenario names. */
  readonly completed: Readonly<Record<string, number>>;
  /** Elements that wait for somebody: tasks, jobs and catch events, sorted. */
  readonly active: readonly string[];
}

/** A scenario that an engine cannot be driven through, and why. */
export class NotDrivable extends Error {}

/** A step of a scenario that an engine does not come to: nothing waits there. */
export class StepNotReached extends Error {}

/** The elements whose completions a scenario asks for. */
export function namedElements({ steps = [], expect }: Scenario): readonly string[] {
  const expectations = [...steps.map((step) => step.expect), expect];
  return [...new Set(expectations.flatMap((found) => Object.keys(found?.completed ?? {})))].sort();
}

/** How two engines differ at the first moment at which they do; undefined when they agree throughout. */
export function difference(own: readonly Observation[], other: readonly Observation[]): string | undefined {
  for (const [index, mine] of own.entries()) {
    const theirs = other[index];
    if (!theirs) return `at moment ${index + 1}: nothing was seen of it`;
    const differences = [
      ...(mine.hasEnded === theirs.hasEnded ? [] : [theirs.hasEnded ? 'has ended' : 'goes on']),
      ...Object.entries(mine.completed).flatMap(([id, count]) =>
        theirs.completed[id] === count ? [] : [`${id} completed ${theirs.completed[id] ?? 0}, not ${count}`],
      ),
      ...(String(mine.active) === String(theirs.active)
        ? []
        : [`[${theirs.active.join(' ')}] waits, not [${mine.active.join(' ')}]`]),
    ];
    if (differences.length > 0) return `at moment ${index + 1}: ${differences.join(', ')}`;
  }
  return undefined;
}
