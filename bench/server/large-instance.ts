import { bpmn } from '../../test/support/bpmn-builder.js';
import { multiInstance } from '../../test/support/bpmn-loops.js';
import type { Workload } from './bench-workloads.js';
import type { Endpoint } from './endpoint.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

const size = 1_000;
const bpmnProcessId = 'many-jobs';

/** One job for each item of a list, all at once. */
export const largeInstanceModel = bpmn(bpmnProcessId)
  .startEvent('s')
  .serviceTask('work', {
    type: 'one-of-many',
    content: multiInstance({ cardinality: String(size) }),
  })
  .endEvent('e')
  .toXml();

const plan = { kind: 'largeInstance', bpmnProcessId, type: 'one-of-many', size, atOnce: 64 } as const;

/** Many clients complete jobs of one and the same instance. */
export function largeInstance(
  load: (server: Endpoint, plan: LoadPlan) => Promise<Pick<LoadResult, 'elapsedMs'>>,
): Workload {
  return {
    name: 'W7',
    title: `complete the ${size.toLocaleString('en-US')} parallel jobs of one instance, 64 at once`,
    figures: [
      {
        name: 'jobs completed/s',
        unit: '/s',
        target: { sqlite: 1_000, postgres: 500 },
        isBetter: 'higher',
      },
    ],
    warmUp: (server) => load(server, { ...plan, instances: 1 }),
    async run(server, scale) {
      const instances = Math.max(1, Math.round(5 * scale));
      const { elapsedMs } = await load(server, { ...plan, instances });
      return { values: [Math.round((instances * size * 1_000) / elapsedMs)], units: instances * size };
    },
  };
}
