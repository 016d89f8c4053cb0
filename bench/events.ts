/**
 * Streams of events under load: 1,000 clients, each following a process instance of its own, while commands cause 1,000 events a
 * second in all. The same commands without streams are measured before. The commands and the clients run in this process.
 */
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { round } from './round.js';
import { startServerOnFile } from './server-on-file.js';
import { shownTable } from './table.js';

const streams = 1_000;
/** Each completes a user task and comes to the next: four events. */
const commandsPerSecond = 250;
const { eventsPerCommand } = round;

const server = await startServerOnFile({ models: { round: round.model } });
try {
  const instances = await startInstances();
  const without = await load(instances);
  const latencies: number[] = [];
  const opened = await Promise.all(instances.map((id) => follow(id, latencies)));
  const followed = await load(instances);
  const expected = followed.commands * eventsPerCommand;
  for (let waited = 0; latencies.length < expected && waited < 5_000; waited += 50) await pause(50);
  const row = (what: string, { commands, cpuMs, tookMs }: Loaded, told: number) => [
    what,
    Math.round((commands * 1_000) / tookMs),
    Math.round((told * 1_000) / tookMs),
    (cpuMs / commands).toFixed(2),
  ];
  console.log(
    shownTable({
      title: `${streams} streams, each of its own instance`,
      columns: ['', 'commands/s', 'events/s told', 'processor time of the server, ms per command'],
      rows: [row('no stream', without, 0), row(`${streams} streams`, followed, latencies.length)],
    }),
  );
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? NaN;
  console.log(`events: ${latencies.length} of ${expected} were told`);
  console.log(`from the command's time to the client: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  console.log(`most memory of the server: ${server.mostResidentMb()} MiB`);
  for (const close of opened) close();
} finally {
  await server.stop();
}

interface Loaded {
  readonly commands: number;
  readonly cpuMs: number;
  readonly tookMs: number;
}

async function startInstances(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let done = 0; done < streams; done += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        server.send('POST', '/v1/process-instances', { bpmnProcessId: 'round' }),
      ),
    );
    ids.push(...answers.map((text) => (JSON.parse(text) as { processInstanceId: string }).processInstanceId));
  }
  return ids;
}

/** Completes the task of each instance, at the rate. */
async function load(instances: readonly string[]): Promise<Loaded> {
  const { items } = JSON.parse(
    await server.send('POST', '/v1/user-tasks/search', {
      filter: { state: 'created' },
      page: { limit: 1_000 },
    }),
  ) as { readonly items: readonly { readonly userTaskId: string; readonly processInstanceId: string }[] };
  const tasks = new Map(items.map(({ processInstanceId, userTaskId }) => [processInstanceId, userTaskId]));
  const before = server.cpuMs();
  const began = performance.now();
  const sent: Promise<string>[] = [];
  while (tasks.size > 0) {
    const due = Math.floor(((performance.now() - began) * commandsPerSecond) / 1_000);
    while (sent.length < due) {
      const id = instances[sent.length % instances.length] ?? '';
      const task = tasks.get(id);
      tasks.delete(id);
      if (task === undefined) break;
      sent.push(server.send('POST', `/v1/user-tasks/${task}/complete`, {}));
    }
    await pause(4);
  }
  await Promise.all(sent);
  return {
    commands: sent.length,
    cpuMs: server.cpuMs() - before,
    tookMs: performance.now() - began,
  };
}

/** Reads a stream; resolves when the server has said where it begins. Answers how to end it. */
function follow(processInstanceId: string, latencies: number[]): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      `${server.url}/v1/events?processInstanceId=${processInstanceId}`,
      { agent: false },
      (response) => {
        let rest = '';
        response.on('error', () => undefined);
        response.setEncoding('utf8').on('data', (chunk: string) => {
          resolve(() => request.destroy());
          const blocks = (rest + chunk).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) {
            const time = /"time":"([^"]+)"/.exec(block)?.[1];
            if (time !== undefined) latencies.push(Date.now() - Date.parse(time));
          }
        });
      },
    );
    request.on('error', reject);
  });
}
