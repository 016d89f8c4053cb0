import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { drawTree } from '../../src/cli/draw-tree.js';
import type { ElementNode, InstanceNode } from '../../src/cli/read-tree.js';
import { styleOf } from '../../src/cli/style.js';

const at = '2026-01-01T00:00:00.000Z';
const now = Date.parse(at) + 300_000;
const plain = styleOf({ write: () => undefined, isTerminal: false }, {});
const coloured = styleOf({ write: () => undefined, isTerminal: true }, {});

const element = (elementId: string, more: Partial<ElementNode> = {}): ElementNode => ({
  ...{
    elementInstanceId: `i-${elementId}`,
    elementId,
    elementType: 'userTask',
    state: 'active',
    startedAt: at,
  },
  ...{ waits: [], children: [], called: [] },
  ...more,
});

const instance = (more: Partial<InstanceNode> = {}): InstanceNode => ({
  ...{
    processInstanceId: 'i',
    processDefinitionId: 'd',
    bpmnProcessId: 'order',
    version: 3,
    state: 'active',
  },
  ...{ hasIncident: false, suspended: false, startedAt: at, waits: [], elements: [], omitted: [] },
  ...more,
});

describe('the tree of a process instance', () => {
  it('draws scopes, iterations, called instances, and below each what it waits for', () => {
    const tree = instance({
      businessKey: 'A-1',
      elements: [
        element('pack', {
          elementType: 'multiInstanceBody',
          children: [
            element('pack', {
              iteration: 2,
              elementName: 'Pack it',
              waits: [{ kind: 'userTask', userTaskId: 't', candidates: ['sales'] }],
            }),
          ],
        }),
        element('ship', {
          elementType: 'callActivity',
          waits: [{ kind: 'timer', timerId: 'tm', elementId: 'late', dueAt: '2026-01-01T01:05:00.000Z' }],
          called: [
            instance({ processInstanceId: 'j', bpmnProcessId: 'shipping', omitted: ['jobs: not for you'] }),
          ],
        }),
      ],
      waits: [{ kind: 'message', elementId: 'stop', name: 'withdrawn', correlationKey: 'A-1' }],
    });
    assert.deepEqual(drawTree(tree, plain, now).split('\n'), [
      'order v3  A-1  active  5 min  i',
      '├─ message withdrawn for A-1  at stop',
      '├─ pack  multiInstanceBody  5 min  i-pack',
      '│  └─ [2] Pack it (pack)  userTask  5 min  i-pack',
      '│     └─ task t  for sales',
      '└─ ship  callActivity  5 min  i-ship',
      '   ├─ timer tm  in 1 h, 2026-01-01T01:05:00.000Z  at late',
      '   └─ shipping v3  active  5 min  j',
      '      └─ not shown: jobs: not for you',
      '',
    ]);
  });

  it('shows incidents in red, and no control characters of their messages', () => {
    const incident = { incidentId: 'x', code: 'expression-failed', message: 'no \u001b[2J\u0007' };
    const text = drawTree(
      instance({ hasIncident: true, elements: [element('a', { incident })] }),
      coloured,
      now,
    );
    assert.ok(text.includes('\u001b[31ma\u001b[0m'));
    assert.ok(text.includes('\u001b[31m✗ expression-failed: no \\u001b[2J\\u0007  x\u001b[0m'));
    assert.ok(text.includes('\u001b[31mincident'));
  });
});
