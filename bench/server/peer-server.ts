/**
 * The home-made alternative: bpmn-engine in the process, its state saved in a SQLite row after each command, Express in front.
 * It has what W1 and W3 need and no more: no transactions over several instances, no idempotency, no history, no validation.
 */
import Database from 'better-sqlite3';
import { Engine } from 'bpmn-engine';
import express from 'express';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { benchProcesses } from './bench-processes.js';

const db = new Database((process.env['DATABASE_URL'] ?? '').replace(/^sqlite:/, ''));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE instance (id TEXT PRIMARY KEY, process TEXT, state TEXT, document TEXT)');
db.exec('CREATE INDEX instance_state ON instance (process, state)');
const save = db.prepare('INSERT OR REPLACE INTO instance VALUES (?, ?, ?, ?)');
const find = db.prepare('SELECT document FROM instance WHERE id = ?').pluck();
const countActive = db
  .prepare("SELECT count(*) FROM instance WHERE process = ? AND state = 'active'")
  .pluck();

type Callback = (error: Error | null, output?: object) => void;
interface Hosted {
  readonly type: string;
  readonly behaviour: { Service?: () => { execute(message: object, callback: Callback): void } };
}
interface Waiting {
  readonly id: string;
  getPostponed(): readonly { readonly id: string; readonly type: string }[];
  signal(message: object): void;
}

const app = express();
app.use(express.json());

app.post('/v1/process-instances', async (request, response) => {
  const { bpmnProcessId, variables } = request.body as { bpmnProcessId: string; variables: object };
  const id = randomUUID();
  const engine = engineOf(benchProcesses[bpmnProcessId] ?? '', id, bpmnProcessId);
  const execution = (await engine.execute({ variables } as never)) as unknown as Waiting;
  await keep(engine, id, bpmnProcessId);
  response
    .status(201)
    .json({ processInstanceId: id, state: execution.getPostponed().length ? 'active' : 'completed' });
});

app.post('/v1/process-instances/search', (request, response) => {
  const { filter } = request.body as { filter: { bpmnProcessId: string } };
  response.json({ items: [], page: { totalItems: countActive.get(filter.bpmnProcessId) } });
});

app.post('/v1/user-tasks/search', async (request, response) => {
  const { filter } = request.body as { filter: { processInstanceId: string } };
  const { definitions } = JSON.parse(String(find.get(filter.processInstanceId))) as {
    definitions: unknown[];
  };
  response.json({ items: definitions.length > 0 ? [{ userTaskId: `${filter.processInstanceId}:u` }] : [] });
});

app.post('/v1/user-tasks/:userTaskId/complete', async (request, response) => {
  const [id = '', elementId = ''] = request.params.userTaskId.split(':');
  const engine = new Engine({ name: id }).recover(JSON.parse(String(find.get(id))));
  const execution = (await engine.resume()) as unknown as Waiting;
  execution.signal({ id: elementId, ...(request.body as object) });
  await keep(engine, id, 'one-user-task');
  response.status(204).end();
});

const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`The alternative is ready: http://127.0.0.1:${port}\n`);
});

/** Its service tasks are done at once, as our handlers do them; the state is saved when each has been entered. */
function engineOf(source: string, id: string, process: string): Engine {
  const extend = ({ type, behaviour }: Hosted): void => {
    if (type !== 'bpmn:ServiceTask') return;
    behaviour.Service = function Service() {
      return {
        execute: (_message, callback) => {
          setImmediate(() => void keep(engine, id, process).then(() => callback(null, { done: true })));
        },
      };
    };
  };
  const engine = new Engine({ name: id, source, extensions: { jobs: extend } } as never);
  engine.once('end', () => void keep(engine, id, process));
  return engine;
}

async function keep(engine: Engine, id: string, process: string): Promise<void> {
  const document = JSON.stringify(await engine.getState());
  save.run(id, process, engine.state === 'idle' ? 'completed' : 'active', document);
}
