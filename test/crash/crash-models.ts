import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bpmn } from '../support/bpmn-builder.js';

/** How often each step of an order has its effect, by the name of the process. */
export const effectsOf = { order: 6, moved: 3 } as const;

export const timerMs = 200;
export const ticksOfTicker = 6;

const once = { outputs: { effects: '=effects + 1' } };
const timer = { duration: `PT${timerMs / 1_000}S` };

/** Every kind of wait, one after the other; at the end it throws a message that starts a `ledger`. */
const order = bpmn('order')
  .startEvent('start')
  .userTask('approve', once)
  .serviceTask('outside', { type: 'outside', ...once })
  .serviceTask('own', { type: 'own', ...once })
  .intermediateCatchEvent('paid', { message: { name: 'paid', correlationKey: '=order' }, ...once })
  .intermediateCatchEvent('pause', { timer, ...once })
  .callActivity('pack', { processId: 'pack', ...once })
  .endEvent('end', {
    message: 'booked',
    publish: { correlationKey: '=order', timeToLive: '=3600000' },
  });

const pack = bpmn('pack').startEvent('start').serviceTask('wrap', { type: 'own' }).endEvent('end');
const ledger = bpmn('ledger').startEvent('start', { message: 'booked' }).endEvent('end');
const begun = bpmn('begun').startEvent('start', { message: 'begin' }).userTask('wait').endEvent('end');
const lone = bpmn('lone').startEvent('start').userTask('wait').endEvent('end');

/** Counts the signals that it hears. */
const bell = bpmn('bell')
  .startEvent('start')
  .userTask('wait')
  .endEvent('end')
  .boundaryEvent('rung', {
    attachedTo: 'wait',
    interrupting: false,
    signal: 'ring',
    outputs: { rings: '=rings + 1' },
  })
  .endEvent('heard');

/** Counts its timers. */
const ticker = bpmn('ticker')
  .startEvent('start')
  .intermediateCatchEvent('tick', { timer, outputs: { ticks: '=ticks + 1' } })
  .exclusiveGateway('more')
  .when(`=ticks < ${ticksOfTicker}`)
  .connectTo('tick')
  .at('more')
  .otherwise()
  .endEvent('end');

/** Into which a modification puts a second token. */
const moved = bpmn('moved')
  .startEvent('start')
  .userTask('here', once)
  .userTask('there', once)
  .endEvent('end');

/** By the names of the processes. */
export const models = { order, pack, ledger, begun, lone, bell, ticker, moved };

/** Notes each call, so that a test knows what the handler has been asked. */
const handler = (calls: string): string => `
import { appendFileSync } from 'node:fs';
export default { concurrency: 50, handler: async (job) => {
  appendFileSync(${JSON.stringify(calls)}, job.jobId + '\\n');
  return {};
} };
`;

export interface CrashFiles {
  readonly processesDir: string;
  readonly handlersDir: string;
  /** Has a line with the job's id for each call of the handler. */
  readonly callsFile: string;
}

/** Writes what the servers of a round read. */
export async function writeModels(folder: string): Promise<CrashFiles> {
  const processesDir = join(folder, 'processes');
  const handlersDir = join(folder, 'handlers');
  const callsFile = join(folder, 'calls');
  await mkdir(processesDir, { recursive: true });
  await mkdir(handlersDir);
  for (const [name, model] of Object.entries(models))
    await writeFile(join(processesDir, `${name}.bpmn`), model.toXml());
  await writeFile(join(handlersDir, 'own.mjs'), handler(callsFile));
  await writeFile(callsFile, '');
  return { processesDir, handlersDir, callsFile };
}
