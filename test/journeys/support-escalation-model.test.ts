import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'mocha';
import { readEmailTask } from '../../src/adapters/email/email-task.js';
import { readHttpTask } from '../../src/adapters/http/http-task.js';
import { readBpmn } from '../../src/definitions/index.js';
import type { FlowNode } from '../../src/engine/process-model.js';
import { type Diagram, readDiagram } from './diagram.js';
import { itIsDrawnToBeRead } from './drawing-rules.js';

const name = 'support-escalation.bpmn';

describe('the model of support escalation', () => {
  let xml: string;
  let diagram: Diagram;
  let elements: readonly FlowNode[];

  before(async () => {
    xml = await readFile(new URL(`../../processes/${name}`, import.meta.url), 'utf8');
    diagram = await readDiagram(xml);
    const result = await readBpmn({ name, content: xml }, { purpose: 'deploy' });
    assert.deepEqual([result.ok, result.diagnostics], [true, []]);
    elements = result.ok ? result.processes.flatMap(({ process }) => [...process.elements.values()]) : [];
  });

  it('asks the adapters only for what they can do', () => {
    const tasks = elements.filter((element) => element.type === 'serviceTask');
    const doneBy = new Map<string, string[]>();
    for (const { id, job } of tasks) {
      assert(job.jobType.kind === 'literal', id);
      const type = String(job.jobType.value);
      doneBy.set(type, [...(doneBy.get(type) ?? []), id]);
      if (type === 'email') readEmailTask(job.headers);
      else assert.equal(readHttpTask(job.headers).url[0]?.kind, 'placeholder', id);
    }
    assert.deepEqual(Object.fromEntries(doneBy), {
      http: ['find_answer', 'close_case'],
      email: ['send_answer', 'remind_team', 'ask_whether_solved', 'ask_for_rating'],
    });
  });

  it('offers a voice menu wherever the customer is waited for', () => {
    const menus = elements.flatMap((element) =>
      'voice' in element && element.voice !== undefined ? [[element.id, element.voice.choices] as const] : [],
    );
    assert.deepEqual(
      menus.map(([id, choices]) => [id, choices.map(({ digit, eventId }) => `${digit} ${eventId}`)]),
      [
        ['call_back', ['1 solved_by_customer', '2 agent_wanted']],
        ['confirmation', ['1 customer_answered', '2 customer_answered']],
        ['rating_awaited', ['1', '2', '3', '4', '5'].map((digit) => `${digit} rating_received`)],
      ],
    );
  });

  it('explains itself to people who read it', () => {
    const explained = elements.filter(({ id }) =>
      new RegExp(`id="${id}"[^>]*>\\s*<bpmn:documentation>\\S`).test(xml),
    );
    const unexplained = elements.filter((element) => !explained.includes(element)).map(({ id }) => id);
    assert.deepEqual(unexplained, ['agent_needed', 'team_reminded', 'first_line_done', 'case_closed']);
    for (const element of elements) {
      assert(element.name !== undefined || element.type === 'exclusiveGateway', element.id);
    }
  });

  itIsDrawnToBeRead(() => diagram);
});
