import { loadInstance } from '../instances.js';
import { noteInstance } from '../note-change.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { Unit, UseCase } from '../unit.js';

/** How many called instances are deleted together with their caller at most: the writes of one transaction. */
const CALLED_MAX = 1_000;

/**
 * Removes an instance that has ended with all its rows, and the instances that it called with theirs, all or nothing: afterwards
 * only the audit log tells that there were any.
 */
export function deleteProcessInstance(processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const found = [processInstanceId];
    for (let next = 0; next < found.length; next++) {
      const id = found[next] ?? '';
      // What it called is its own part, whichever process that is of.
      const { reach: _reach, ...context } = unit.context;
      const ended = await checkEnded(next === 0 ? unit : { ...unit, context }, id, processInstanceId);
      // Somebody has just deleted what it called: that is what is wanted.
      if (!ended.ok && next > 0 && ended.problem.code === 'not-found') continue;
      if (!ended.ok) return ended;
      found.push(...(await unit.tx.processInstances.findAllCalled(unit.context.tenantId, id, CALLED_MAX)));
      if (found.length > CALLED_MAX) {
        const detail = `Expected process instance "${processInstanceId}" to have called at most ${CALLED_MAX} others; delete those first.`;
        return refused('limit-exceeded', detail);
      }
    }
    for (const id of found) unit.tx.processInstances.remove(id);
    return done(null);
  };
}

async function checkEnded(unit: Unit, id: string, of: string): Promise<Outcome<null>> {
  const loaded = await loadInstance(unit, id);
  if (!loaded.ok) return loaded;
  if (loaded.value.state.status !== 'active') {
    if (id === of) noteInstance(unit, loaded.value, undefined);
    return done(null);
  }
  const what = id === of ? '' : `, which "${of}" called,`;
  return refused(
    'invalid-state',
    `Expected process instance "${id}"${what} to have ended but it is active; cancel it first.`,
  );
}
