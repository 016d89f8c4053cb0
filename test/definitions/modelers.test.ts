import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { Variables } from '../../src/engine/json.js';
import { runOf } from '../engine/process-run.js';
import { deploy } from '../support/read-model.js';

const folder = new URL('modelers/', import.meta.url);

/** With what each model is started, and where it waits then. */
const starts: Readonly<
  Record<string, { readonly variables?: Variables; readonly waitsAt: readonly string[] }>
> = {
  'camunda-7/invoice.bpmn': {
    variables: { approver: 'kim', department: 'it', deputies: ['lee'], dueDate: 'P2D', urgent: true },
    waitsAt: ['approve'],
  },
  'camunda-7/operaton-onboarding.bpmn': {
    variables: { system: 'mail', person: { firstName: 'Ada', lastName: 'L' } },
    waitsAt: ['create'],
  },
  'camunda-7/order-fulfilment.bpmn': { waitsAt: ['pay'] },
  'camunda-7/scripted-discount.bpmn': { waitsAt: ['compute'] },
  'camunda-8/loan-request.bpmn': {
    variables: { clerk: 'kim', region: 'north', request: { amount: 5 } },
    waitsAt: ['assess'],
  },
  'camunda-8/parcel.bpmn': { variables: { parcel: { id: 'p1', priority: 1 } }, waitsAt: ['Event_scan'] },
  'camunda-8/reminder.bpmn': { variables: { key: 'k', hours: 2 }, waitsAt: ['Gateway_1'] },
};

const files = readdirSync(folder).flatMap((from) =>
  readdirSync(new URL(`${from}/`, folder)).map((file) => `${from}/${file}`),
);

describe('models as the modelers of Camunda 7, Operaton and Camunda 8 draw them', () => {
  it('are all here', () => assert.deepEqual(files.sort(), Object.keys(starts).sort()));

  for (const [file, { variables = {}, waitsAt }] of Object.entries(starts)) {
    it(`${file} deploys unchanged and runs`, async () => {
      const model = readFileSync(new URL(file, folder), 'utf8');
      const { ok, diagnostics } = await deploy(model);
      assert.ok(ok, JSON.stringify(diagnostics));
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity !== 'info'),
        [],
      );
      const timed = file.endsWith('reminder.bpmn') ? { startElementId: 'StartEvent_1' } : {};
      const run = await runOf(model, { variables, businessKey: 'B-1', ...timed });
      assert.deepEqual([run.active(), run.incidents()], [waitsAt, []]);
    });
  }

  it('camunda-7/invoice.bpmn goes through to its end', async () => {
    const run = await runOf(readFileSync(new URL('camunda-7/invoice.bpmn', folder), 'utf8'), {
      variables: {
        ...starts['camunda-7/invoice.bpmn']?.variables,
        invoice: { number: 'R-1', amount: 100, creditor: { name: 'Acme' } },
        limit: 500,
      },
    });
    const [task] = run.tasks('approve');
    assert.deepEqual(
      [task?.assignee, task?.candidateGroups, task?.candidateUsers, task?.priority],
      ['kim', ['accounting', 'it'], ['lee'], 90],
    );
    run.fireTimer('Event_late');
    run.completeTask('approve', { approved: true });
    const [job] = run.jobs('transfer');
    assert.deepEqual(
      [job?.jobType, job?.retries, job?.priority, job?.headers],
      ['transfer-money', 5, 5, { account: 'main' }],
    );
    assert.deepEqual(run.localOf('transfer'), {
      reference: 'Invoice R-1 of Acme',
      amount: 100,
      tags: ['invoice', 'it'],
      header: { Priority: true, Source: 'throughline' },
    });
    run.completeJob('transfer', { receipt: 'x' });
    run.completeJob('remind');
    assert.equal(run.state.status, 'completed');
    assert.deepEqual([run.variables()['transferred'], run.variables()['receipt']], [true, 'x']);
  });
});
