/**
 * Webhooks under load: commands that cause 200 events a second while one webhook is told all of them, and the backlog of webhooks that were
 * disabled meanwhile. The receiver, which answers at once, and the commands run in this process.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { round } from './round.js';
import { startServerOnFile } from './server-on-file.js';
import { shownTable } from './table.js';

const instances = 100;
/** Each completes a user task and comes to the next: four events. */
const commandsPerSecond = 50;
const seconds = 10;
const { eventsPerCommand } = round;
/** Events that a webhook finds when it is enabled again. */
const backlogCommands = 1_000;
const backlogWebhooks = 5;

const received = new Map<string, number[]>();
const receiver = http.createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  request.on('end', () => {
    response.writeHead(204).end();
    const time = /"time":"([^"]+)"/.exec(text)?.[1] ?? '';
    const latencies = received.get(request.url ?? '') ?? [];
    latencies.push(Date.now() - Date.parse(time));
    received.set(request.url ?? '', latencies);
  });
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const { port } = receiver.address() as AddressInfo;

const server = await startServerOnFile({
  models: { round: round.model },
  env: { OUTBOUND_ALLOW: '127.0.0.1' },
});
try {
  for (let index = 0; index < instances; index += 1) {
    await server.send('POST', '/v1/process-instances', { bpmnProcessId: 'round' });
  }
  const commands = commandsPerSecond * seconds;
  const without = await load(commands, commandsPerSecond);
  await createWebhook('/one');
  const told = await load(commands, commandsPerSecond);
  await untilReceived('/one', commands * eventsPerCommand);
  const row = (what: string, { cpu, tookMs }: Loaded, events: number) => [
    what,
    Math.round((commands * 1_000) / tookMs),
    Math.round((events * 1_000) / tookMs),
    (cpu / commands).toFixed(2),
  ];
  const latencies = (received.get('/one') ?? []).sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? NaN;
  console.log(
    shownTable({
      title: 'One webhook that is told everything',
      columns: ['', 'commands/s', 'deliveries/s', 'processor time of the server, ms per command'],
      rows: [row('no webhook', without, 0), row('one webhook', told, latencies.length)],
    }),
  );
  console.log(`from the command's time to the receiver: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);

  const rows: (string | number)[][] = [];
  for (const count of [1, backlogWebhooks]) rows.push(await backlog(count));
  console.log(
    shownTable({
      title: `${backlogCommands * eventsPerCommand} events that wait for each webhook`,
      columns: ['webhooks', 'deliveries/s', 'processor time of the server, ms per delivery'],
      rows,
    }),
  );
  console.log(`most memory of the server: ${server.mostResidentMb()} MiB`);
} finally {
  await server.stop();
  receiver.close();
  receiver.closeAllConnections();
}

interface Loaded {
  readonly cpu: number;
  readonly tookMs: number;
}

/** Webhooks that are disabled while events come, and enabled then. */
async function backlog(count: number): Promise<(string | number)[]> {
  const hooks: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const webhookId = await createWebhook(`/${count}-${index}`);
    await server.send('PATCH', `/v1/webhooks/${webhookId}`, { enabled: false });
    hooks.push(webhookId);
  }
  await load(backlogCommands, Infinity);
  await pause(1_000);
  const before = server.cpuMs();
  const began = performance.now();
  for (const webhookId of hooks) await server.send('PATCH', `/v1/webhooks/${webhookId}`, { enabled: true });
  const expected = backlogCommands * eventsPerCommand;
  for (let index = 0; index < count; index += 1) await untilReceived(`/${count}-${index}`, expected);
  const tookMs = performance.now() - began;
  const cpu = server.cpuMs() - before;
  for (const webhookId of hooks) await server.send('DELETE', `/v1/webhooks/${webhookId}`);
  const deliveries = expected * count;
  return [count, Math.round((deliveries * 1_000) / tookMs), (cpu / deliveries).toFixed(2)];
}

async function createWebhook(path: string): Promise<string> {
  const answer = await server.send('POST', '/v1/webhooks', {
    url: `http://127.0.0.1:${port}${path}`,
    filter: { bpmnProcessIds: ['round'] },
  });
  return (JSON.parse(answer) as { readonly webhookId: string }).webhookId;
}

async function untilReceived(path: string, count: number): Promise<void> {
  const until = performance.now() + 300_000;
  while ((received.get(path) ?? []).length < count) {
    if (performance.now() > until) throw new Error(`Expected ${count} deliveries to ${path}.`);
    await pause(10);
  }
}

/** Completes so many tasks, at the rate: each instance's one after the other. */
async function load(commands: number, perSecond: number): Promise<Loaded> {
  const before = server.cpuMs();
  const began = performance.now();
  for (let done = 0; done < commands; done += instances) {
    const { items } = JSON.parse(
      await server.send('POST', '/v1/user-tasks/search', {
        filter: { state: 'created' },
        page: { limit: instances },
      }),
    ) as { readonly items: readonly { readonly userTaskId: string }[] };
    const sent: Promise<string>[] = [];
    while (sent.length < Math.min(instances, commands - done)) {
      const due = ((performance.now() - began) * perSecond) / 1_000 - done;
      while (sent.length < Math.min(due, items.length)) {
        sent.push(server.send('POST', `/v1/user-tasks/${items[sent.length]?.userTaskId}/complete`, {}));
      }
      await pause(4);
    }
    await Promise.all(sent);
  }
  return { cpu: server.cpuMs() - before, tookMs: performance.now() - began };
}
