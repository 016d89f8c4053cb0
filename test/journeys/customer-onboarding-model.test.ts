import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import { readHttpTask } from '../../src/adapters/http/http-task.js';
import { readBpmn } from '../../src/definitions/index.js';
import { type Diagram, readDiagram } from './diagram.js';
import { itIsDrawnToBeRead } from './drawing-rules.js';

const name = 'customer-onboarding.bpmn';

describe('the model of customer onboarding', () => {
  let xml: string;
  let diagram: Diagram;

  before(async () => {
    xml = await readFile(new URL(`../../processes/${name}`, import.meta.url), 'utf8');
    diagram = await readDiagram(xml);
  });

  it('deploys without anything to say about it', async () => {
    const result = await readBpmn({ name, content: xml }, { purpose: 'deploy' });
    assert.deepEqual([result.ok, result.diagnostics], [true, []]);
  });

  it('asks the HTTP adapter only for what that can do, of services by name', async () => {
    const result = await readBpmn({ name, content: xml }, { purpose: 'deploy' });
    assert(result.ok);
    let tasks = 0;
    for (const { process } of result.processes) {
      for (const element of process.elements.values()) {
        if (element.type !== 'serviceTask') continue;
        tasks += 1;
        const { url } = readHttpTask(element.job.headers);
        assert.equal(url[0]?.kind, 'placeholder', element.id);
      }
    }
    assert.equal(tasks, 8);
  });

  itIsDrawnToBeRead(() => diagram);
});
