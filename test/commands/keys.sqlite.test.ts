// Only once: what the database does with keys is tested on both; this is about the command.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { useServer } from '../facade/use-server.js';
import { runCommand } from '../support/run-command.js';
import { runInProcess } from '../support/run-in-process.js';

const bootstrap = 'the-bootstrap-key-of-the-test';

describe('throughline keys', function () {
  this.timeout(60_000);
  const server = useServer({ config: { apiKey: bootstrap } });

  const environment = (apiKey: string) => ({ THROUGHLINE_URL: server().url, THROUGHLINE_API_KEY: apiKey });
  const keys = (args: readonly string[], apiKey = bootstrap) =>
    runInProcess(['keys', ...args], { env: environment(apiKey) });
  const statusFor = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await server().request('POST', '/v1/process-instances/search', {}, headers)).status;
  };

  it('makes a key that lets in, lists it without its secret, and revokes it', async () => {
    const made = await runCommand(
      [
        ...['keys', 'create', '--name', 'web shop', '--roles', 'channel,worker', '--expires-in', '30'],
        ...['--grant', 'bpmnProcessIds=order,return', '--grant', 'jobTypes=pack'],
      ],
      environment(bootstrap),
    );
    assert.equal(made.code, 0, made.stderr);
    const key = made.stdout.trim();
    assert.match(key, /^tl_[0-9a-f]{20}_[\w-]{43}$/);
    assert.match(made.stderr, /shown this once/);
    assert.equal(await statusFor(key), 200);
    const listed = await keys(['list', '--table']);
    assert.match(listed.stdout, /^KEY +NAME +ROLES/);
    assert.match(listed.stdout, new RegExp(`${key.slice(0, 23)}  web shop  channel,worker`));
    const json = await keys(['list']);
    assert.deepEqual(
      (JSON.parse(json.stdout) as { items: { apiKeyId: string }[] }).items.map(({ apiKeyId }) => apiKeyId),
      [key.slice(0, 23)],
    );
    for (const { stdout } of [listed, json]) assert.ok(!stdout.includes(key));
    const revoked = await keys(['revoke', key.slice(0, 23), '--table']);
    assert.deepEqual([revoked.code, revoked.stdout], [0, `${key.slice(0, 23)} is revoked\n`]);
    assert.equal(await statusFor(key), 401);
  });

  it('gives a key that shows an instance without what it may not read, and says so', async () => {
    const { stdout } = await keys([
      'create',
      '--name',
      'shop',
      '--roles',
      'channel',
      '--grant',
      'bpmnProcessIds=order',
    ]);
    const content = bpmn('order').startEvent('s').userTask('look').endEvent('e').toXml();
    const headers = { authorization: `Bearer ${bootstrap}` };
    await server().request('POST', '/v1/deployments', { resources: [{ name: 'a.bpmn', content }] }, headers);
    const env = environment(stdout.trim());
    const started = await runInProcess(['start', 'order'], { env });
    const { processInstanceId = '' } = JSON.parse(started.stdout) as { processInstanceId?: string };
    const shown = await runInProcess(['show', processInstanceId, '--table'], { env });
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /look {2}userTask[^]*not shown: user tasks: /);
  });

  it('ends with 2 for what it does not understand, and with 1 for what the server refuses', async () => {
    for (const args of [[], ['make'], ['create'], ['create', '--name', 'n', '--roles', 'king']]) {
      const { code, stderr } = await keys(args);
      assert.deepEqual([code, /Expected/.test(stderr)], [2, true], args.join(' '));
    }
    const refused = await keys(['list'], 'another-key-than-that-of-the-server');
    assert.deepEqual([refused.code, /valid API key/.test(refused.stderr)], [1, true]);
  });
});
