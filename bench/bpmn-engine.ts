import { Engine } from 'bpmn-engine';
import { cpuMs } from './cpu-time.js';

const iterations = 5;

type Callback = (error: Error | null, output?: object) => void;

interface HostedActivity {
  readonly type: string;
  readonly behaviour: { Service?: () => { execute(message: object, callback: Callback): void } };
}

/** Instances that bpmn-engine takes from start to end per second of processor time; every service task is answered once it waits. */
export async function bpmnEngineRate(xml: string): Promise<number> {
  await runToEnd(xml);
  const began = cpuMs();
  for (let count = 0; count < iterations; count++) await runToEnd(xml);
  return (iterations / (cpuMs() - began)) * 1000;
}

async function runToEnd(source: string): Promise<void> {
  const waiting: Callback[] = [];
  const extend = ({ type, behaviour }: HostedActivity) => {
    if (type !== 'bpmn:ServiceTask') return;
    behaviour.Service = function Service() {
      return { execute: (_message, callback) => void waiting.push(callback) };
    };
  };
  const engine = new Engine({ name: 'bench', source, extensions: { jobs: extend } } as never);
  await engine.execute();
  for (let callback = waiting.shift(); callback; callback = waiting.shift()) callback(null, {});
  if (engine.state !== 'idle')
    throw new Error(`Expected bpmn-engine to come to the end but it is ${engine.state}.`);
}
