import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { evaluateDecision } from '../../src/contract/decisions.js';
import { deploy } from '../../src/contract/deployments.js';
import { getVariables } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, send } from '../support/contract-client.js';
import { started, useServer } from './use-server.js';

const text = await readFile(new URL('../../docs/decisions.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

describe('the decisions that the documentation shows', () => {
  const server = useServer();
  const [model = '', task = ''] = blocks('xml');
  const deployed = (...resources: readonly { readonly name: string; readonly content: string }[]) =>
    call(server(), deploy, 201, { body: { resources } });

  it('answer what it says', async () => {
    await deployed({ name: 'discount.dmn', content: model });
    const examples = blocks('json').map((json): Record<string, unknown> => JSON.parse(json));
    assert.equal(examples.length, 4);
    for (let index = 0; index < examples.length; index += 2) {
      const answer: Record<string, unknown> = Object(
        (await send(server(), evaluateDecision, { body: examples[index] })).body,
      );
      const expected = examples[index + 1] ?? {};
      const shown = Object.fromEntries(Object.keys(expected).map((name) => [name, answer[name]]));
      assert.deepEqual(shown, expected);
    }
  });

  it('are called by the task that it shows', async () => {
    const process = bpmn('p').startEvent('s').task('rate').userTask('u').toXml();
    const calling = process.replace(/<bpmn:task id="rate"[^]*?(?:\/>|<\/bpmn:task>)/, task);
    assert.notEqual(calling, process);
    await deployed({ name: 'p.bpmn', content: calling }, { name: 'discount.dmn', content: model });
    const variables = { amount: 1500, customer: { orders: 0 } };
    const id = await started(server(), 'p', { variables });
    const params = { processInstanceId: id };
    const held = await call(server(), getVariables, 200, { params });
    assert.deepEqual(held.variables, { ...variables, rate: 5 });
  });
});
