// Only once: what the operations do is tested on both databases; this is about the commands.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { runCommand } from '../support/run-command.js';
import { useCommandLine } from './use-command-line.js';

const order = bpmn('order')
  .startEvent('ordered')
  .userTask('look', { name: 'Look at it', candidateGroups: 'sales' })
  .endEvent('done');
const charge = bpmn('charge').startEvent('s').serviceTask('card', { type: 'charge-card' }).endEvent('e');
const straight = bpmn('straight').startEvent('s').endEvent('e');

describe('the command line', function () {
  this.timeout(60_000);
  const { server, run, json, file } = useCommandLine();
  const deployed = async (...models: readonly { toXml(): string }[]) =>
    json([
      'deploy',
      ...(await Promise.all(models.map((model, index) => file(`${index}.bpmn`, model.toXml())))),
    ]);
  const started = async (...args: readonly string[]) => {
    const { processInstanceId } = await json(['start', ...args]);
    await server().atRest();
    return processInstanceId ?? '';
  };

  it('deploys files from a process of its own: JSON to a pipe, then a list of the definitions', async () => {
    const path = await file('order.bpmn', order.toXml());
    const { code, stdout } = await runCommand(['deploy', path], { THROUGHLINE_URL: server().url });
    assert.equal(code, 0);
    const { processDefinitions } = JSON.parse(stdout) as { processDefinitions: { bpmnProcessId: string }[] };
    assert.deepEqual(
      processDefinitions.map(({ bpmnProcessId }) => bpmnProcessId),
      ['order'],
    );
    const listed = await run(['list', 'definitions', '--table', '--process', 'order']);
    assert.match(listed.stdout, /^PROCESS {2}VERSION.*\norder {4}1 /);
  });

  it('only checks with --dry-run, and tells what is wrong as FILE:LINE: SEVERITY CODE MESSAGE, with exit code 1', async () => {
    const good = await file('good.bpmn', order.toXml());
    const checked = await run(['deploy', '--dry-run', good], { onTerminal: true });
    assert.equal(checked.code, 0);
    assert.match(checked.stdout, /process {2}order {2}1/);
    assert.match(checked.stderr, /nothing was/);
    const bad = await file('bad.bpmn', order.toXml().replace('targetRef="look"', 'targetRef="nowhere"'));
    const refused = await run(['deploy', good, bad]);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, new RegExp(`^${bad}:\\d+: error \\S+ Expected .*nowhere`, 'm'));
    assert.deepEqual((await json(['list', 'definitions'])).items, []);
    const missing = await run(['deploy', `${bad}.not`]);
    assert.deepEqual([missing.code, /ENOENT/.test(missing.stderr)], [1, true]);
    const latin = await file('latin.bpmn', '');
    await writeFile(latin, Buffer.from([0x3c, 0xe9, 0x3e]));
    assert.match((await run(['deploy', latin])).stderr, /UTF-8/);
  });

  it('starts an instance with variables of a file, of JSON and one by one, and lists it', async () => {
    await deployed(order);
    const variables = await file('v.json', '{"amount": 1, "note": "from the file"}');
    const id = await started(
      'order',
      '--key',
      'A-1',
      '--variables',
      `@${variables}`,
      '--var',
      'amount=120',
      '--var',
      'x=y=z',
    );
    const { variables: kept } = await json(['show', id, '--with-variables']);
    assert.deepEqual(kept, { amount: 120, note: 'from the file', x: 'y=z' });
    await json(['start', 'order', '--variables', '@-'], { input: '{"amount": 7}' });
    const wrong = await run(['start', 'order', '--variables', '[1]']);
    assert.deepEqual([wrong.code, /a JSON object/.test(wrong.stderr)], [2, true]);
    const found = await json(['list', '--var', 'amount=120', '--state', 'active', '--process', 'order']);
    assert.deepEqual(
      found.items?.map(({ businessKey }) => businessKey),
      ['A-1'],
    );
    const table = await run(['list', '--limit', '1'], { onTerminal: true });
    assert.match(table.stdout, /^INSTANCE +PROCESS +KEY/);
    assert.match(table.stderr, /1 of 2; --limit N or --all shows more/);
    const all = await json(['list', '--all']);
    assert.deepEqual([all.items?.length, all.hasMore], [2, false]);
    const next = await json([
      'list',
      '--limit',
      '1',
      '--after',
      (await json(['list', '--limit', '1'])).page?.endCursor ?? '',
    ]);
    assert.equal(next.items?.[0]?.processInstanceId, id);
  });

  it('waits for the end with --await: 0 when completed, 5 when it is active still', async () => {
    await deployed(straight, order);
    const ended = await run(['start', 'straight', '--await', '--var', 'a=1'], { onTerminal: true });
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /straight v1 {2}\S*completed[^]*"a": 1/);
    assert.equal((await run(['start', 'order', '--timeout', '0ms'])).code, 5);
  });

  it('lists user tasks, and completes one by its id, or by instance and element', async () => {
    await deployed(order);
    const first = await started('order');
    const second = await started('order');
    const listed = await run(['tasks', '--group', 'sales', '--table', '--process', 'order']);
    assert.match(listed.stdout, /^TASK +NAME .*\n\S+ +Look at it +order +created +sales/);
    const { items } = await json(['tasks', '--instance', first]);
    assert.equal((await run(['complete', items?.[0]?.userTaskId ?? '', '--var', 'ok=true'])).code, 0);
    assert.equal((await json(['complete', '--instance', second, '--element', 'look'])).outcome, 'completed');
    assert.deepEqual((await json(['list', '--state', 'completed'])).items?.length, 2);
    const none = await run(['complete', '--instance', second]);
    assert.deepEqual([none.code, /one open user task there but found none/.test(none.stderr)], [1, true]);
  });

  it('publishes and correlates messages, and broadcasts signals', async () => {
    const waiting = bpmn('waiting')
      .startEvent('s')
      .intermediateCatchEvent('paid', { message: { name: 'paid', correlationKey: '=id' } })
      .intermediateCatchEvent('go', { signal: 'go' })
      .endEvent('e');
    await deployed(waiting);
    const id = await started('waiting', '--var', 'id="A-1"');
    const nobody = await run(['message', 'paid', '--correlation-key', 'A-2', '--correlate']);
    assert.deepEqual([nobody.code, /^no-subscription: /.test(nobody.stderr)], [1, true]);
    assert.equal(
      (await json(['message', 'paid', '--correlation-key', 'A-2', '--ttl', '1h'])).outcome,
      'buffered',
    );
    const taken = await run(['message', 'paid', '--correlation-key', 'A-1', '--table']);
    assert.equal(taken.stdout, `correlated ${id}\n`);
    await server().atRest();
    assert.match((await run(['signal', 'go', '--table'])).stdout, /^1 waited for it, 0 started\n/);
    assert.equal((await json(['signal', 'go'])).subscriptions, 0);
    await server().atRest();
    assert.equal((await json(['show', id])).state, 'completed');
  });

  it('lists incidents and tries them again, and cancels, each of several, telling what was refused', async () => {
    await deployed(charge);
    const id = await started('charge');
    const activation = { type: 'charge-card', worker: 'w', maxJobs: 1, timeoutMs: 1_000 };
    const { body } = await server().request('POST', '/v1/jobs/activate', activation);
    const [job] = (body as { jobs: { jobId: string }[] }).jobs;
    await server().request('POST', `/v1/jobs/${job?.jobId}/fail`, {
      retries: 0,
      errorMessage: 'no \u001b]0;cover',
    });
    const shown = await run(['incidents', '--process', 'charge'], { onTerminal: true });
    assert.match(shown.stdout, /job-retries-exhausted/);
    assert.ok(!shown.stdout.includes('\u001b]'), 'Expected no control sequence of a stranger.');
    const listed = await run(['list'], { onTerminal: true });
    assert.ok(listed.stdout.includes('\u001b[31mincident'), listed.stdout);
    assert.match(
      (await run(['list', 'jobs', '--instance', id, '--table'])).stdout,
      /charge-card {2}card +failed +0/,
    );
    assert.equal((await json(['retry', '--instance', id])).items?.[0]?.outcome, 'tried again');
    assert.deepEqual((await json(['incidents', '--instance', id])).items, []);
    const again = await run(['retry', '--instance', id]);
    assert.deepEqual([again.code, /but found none/.test(again.stderr)], [1, true]);
    const canceled = await run(['cancel', 'nobody', id, '--table']);
    assert.deepEqual([canceled.code, canceled.stdout], [1, `${id} canceled\n`]);
    assert.match(canceled.stderr, /^nobody: not-found: /);
  });

  it('moves, takes away and puts tokens', async () => {
    const model = bpmn('p').startEvent('s').userTask('a').userTask('b').endEvent('e');
    await deployed(model);
    const id = await started('p');
    assert.equal((await json(['modify', id, '--move', 'a=b', '--var', 'moved=true'])).state, 'active');
    const tree = await json(['show', id, '--with-variables']);
    assert.deepEqual(
      [tree.elements?.map(({ elementId }) => elementId), tree.variables],
      [['b'], { moved: true }],
    );
    const refused = await run(['modify', id, '--activate', 'nowhere']);
    assert.deepEqual([refused.code, /nowhere/.test(refused.stderr)], [1, true]);
    assert.equal((await run(['modify', id])).code, 2);
    assert.equal((await run(['modify', id, '--move', 'b'])).code, 2);
    const ended = await run(['modify', id, '--cancel', 'b', '--table']);
    assert.equal(ended.stdout, `${id} canceled\n`);
  });

  it('migrates instances, after a dry run, one by one and all of a definition', async () => {
    const older = await deployed(order);
    const from = older.processDefinitions?.[0]?.processDefinitionId ?? '';
    const [one, two] = [await started('order'), await started('order')];
    const renamed = bpmn('order').startEvent('ordered').userTask('review').endEvent('done');
    const newer = await deployed(renamed);
    const to = newer.processDefinitions?.[0]?.processDefinitionId ?? '';
    const refused = await run(['migrate-instances', one, two, '--to', to, '--dry-run']);
    assert.deepEqual([refused.code, [...refused.stderr.matchAll(/look/g)].length > 1], [1, true]);
    const target = ['--to', to, '--map', 'look=review'];
    const dry = await run(['migrate-instances', '--from', from, ...target, '--dry-run', '--table']);
    assert.deepEqual([dry.code, dry.stdout.match(/can be migrated/g)?.length], [0, 2]);
    assert.equal((await json(['migrate-instances', one, ...target])).items?.[0]?.outcome, 'migrated');
    const batch = await json(['migrate-instances', '--from', from, ...target]);
    assert.deepEqual([batch.state, batch.total, batch.done], ['completed', 1, 1]);
    assert.equal((await json(['show', two])).processDefinitionId, to);
    assert.equal((await run(['migrate-instances', one])).code, 2);
  });

  it('shows scopes, iterations, called instances and what is waited for, as a tree and as JSON', async () => {
    const outer = bpmn('outer')
      .startEvent('s')
      .parallelGateway('fork')
      .subProcess('stage', (inner) => inner.startEvent('is').userTask('inside').endEvent('ie'))
      .at('fork')
      .userTask('each', { content: multiInstance({ collection: '=["a","b"]', sequential: true }) })
      .at('fork')
      .callActivity('call', { processId: 'order' });
    const stopped = outer.eventSubProcess('stop', (inner) =>
      inner
        .startEvent('withdrawn', { message: { name: 'withdrawn', correlationKey: '="A-1"' } })
        .endEvent('over'),
    );
    await deployed(stopped, order);
    const id = await started('outer');
    const each = await json(['tasks', '--instance', id, '--element', 'each']);
    await json(['complete', each.items?.[0]?.userTaskId ?? '']);
    const { stdout } = await run(['show', id, '--table']);
    const [head, ...lines] = stdout
      .replaceAll(/[0-9a-f-]{36}(-\d+)?/g, 'ID')
      .replaceAll('  0 s', '')
      .trimEnd()
      .split('\n');
    assert.equal(head, 'outer v1  active  ID');
    assert.deepEqual(
      [...lines].sort(),
      [
        ...['│     └─ task ID  for anybody', '│  └─ [2] each  userTask  ID', '│  └─ inside  userTask  ID'],
        ...[
          '│     └─ task ID  for anybody',
          '├─ each  multiInstanceBody  ID',
          '├─ message withdrawn for A-1  at withdrawn',
        ],
        ...[
          '├─ stage  subProcess  ID',
          '         └─ task ID  for sales',
          '      └─ Look at it (look)  userTask  ID',
        ],
        ...['   └─ order v1  active  ID', '└─ call  callActivity  ID'],
      ].sort(),
    );
    const tree = await json(['show', id, '--all']);
    const body = tree.elements?.find(({ elementType }) => elementType === 'multiInstanceBody');
    assert.deepEqual(
      body?.children?.map(({ iteration, state }) => `${String(iteration)} ${state}`),
      ['1 completed', '2 active'],
    );
    const called = tree.elements?.find(({ elementId }) => elementId === 'call')?.called?.[0];
    assert.match(
      (await run(['show', called?.processInstanceId ?? '', '--table'])).stdout,
      new RegExp(`^called by ${id}\n`),
    );
  });

  it('ends with 1 when it is refused, with 4 when nobody is there, and never shows credentials', async () => {
    const refused = await run(['show', 'no-such-id']);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, /^not-found: .+\n$/);
    const faults = await run(['start', 'x'.repeat(300)]);
    assert.match(faults.stderr, /^validation-failed: .*\n {2}\/bpmnProcessId: /);
    const away = await run(['list'], { env: { THROUGHLINE_URL: 'http://127.0.0.1:2' } });
    assert.deepEqual([away.code, /ECONNREFUSED/.test(away.stderr)], [4, true]);
    const secret = 'tl_secret\u00e9';
    const wrongly: readonly Readonly<Record<string, string>>[] = [
      { THROUGHLINE_API_KEY: secret },
      { THROUGHLINE_TOKEN: secret },
      { THROUGHLINE_URL: `http://user:${encodeURIComponent(secret)}@127.0.0.1:1` },
    ];
    for (const env of wrongly) {
      const wrong = await run(['list'], { env });
      assert.deepEqual([wrong.code, /tl_secret/.test(wrong.stderr)], [2, false], wrong.stderr);
    }
    assert.equal((await run(['list', '--tenant', 'a b'])).code, 2);
  });
});
