import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn, bpmnFile } from '../support/bpmn-builder.js';
import { cpuTimeMs } from '../support/cpu-time.js';
import { deploy, deployed, deployedElement, taken } from '../support/read-model.js';

describe('executable process', () => {
  it('has id, name, version tag and every element at every depth', async () => {
    const model = bpmn('order', { name: 'Order', versionTag: '1.2' })
      .startEvent('s', { name: 'Ordered' })
      .subProcess('sub', (outer) =>
        outer
          .startEvent('os')
          .subProcess('deep', (inner) => inner.task('t'))
          .endEvent('oe'),
      )
      .endEvent('e');
    const { process, isExecutable } = await deployed(model);
    assert.deepEqual([process.bpmnProcessId, process.name, process.versionTag], ['order', 'Order', '1.2']);
    assert.equal(isExecutable, true);
    assert.deepEqual([...process.elements.keys()].sort(), ['deep', 'e', 'oe', 'os', 's', 'sub', 't']);
    const parents = [...process.elements.values()].map(({ id, parentId }) => [id, parentId]);
    assert.deepEqual(Object.fromEntries(parents), {
      s: undefined,
      sub: undefined,
      e: undefined,
      os: 'sub',
      deep: 'sub',
      oe: 'sub',
      t: 'deep',
    });
    assert.equal(process.elements.get('s')?.name, 'Ordered');
  });

  it('ties flows to their ends by identity', async () => {
    const { process } = await deployed(bpmn('p').startEvent('s').task('t').endEvent('e'));
    const [s, t, e] = ['s', 't', 'e'].map((id) => process.elements.get(id));
    assert.equal(s?.outgoing[0], t?.incoming[0]);
    assert.equal(s?.outgoing[0]?.source, s);
    assert.equal(s?.outgoing[0]?.target, t);
    assert.equal(t?.outgoing[0]?.target, e);
    assert.deepEqual([s?.incoming.length, e?.outgoing.length], [0, 0]);
  });

  it('keeps two flows between the same elements, and one from an element to itself', async () => {
    const model = bpmn('p').startEvent('s').task('a').task('b').flow('a', 'b').flow('b', 'b');
    const { process } = await deployed(model);
    assert.deepEqual(
      process.elements.get('b')?.incoming.map((flow) => flow.id),
      ['f_a_b', 'f_a_b_2', 'f_b_b'],
    );
  });

  it('starts at the none start event alone, and lists triggered ones', async () => {
    const model = bpmn('p').startEvent('s').endEvent('e').startEvent('m', { message: 'go' }).connectTo('e');
    const { scope } = (await deployed(model)).process;
    assert.deepEqual(
      scope.initial.map((node) => node.id),
      ['s'],
    );
    assert.deepEqual(
      scope.startEvents.map((node) => node.id),
      ['s', 'm'],
    );
  });

  it('starts nowhere plainly where only triggered start events are', async () => {
    const { scope } = (await deployed(bpmn('p').startEvent('m', { message: 'go' }).endEvent('e'))).process;
    assert.deepEqual(scope.initial, []);
  });

  it('starts at every node without incoming flow where there is no start event, boundary events excepted', async () => {
    const model = bpmn('p')
      .task('a')
      .task('b')
      .boundaryEvent('x', { attachedTo: 'b', error: true })
      .task('c')
      .at(undefined)
      .task('d');
    const { scope } = (await deployed(model)).process;
    assert.deepEqual(
      scope.initial.map((node) => node.id),
      ['a', 'd'],
    );
    assert.deepEqual(scope.startEvents, []);
  });

  it('attaches boundary events to their activity, wherever they stand in the file', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .boundaryEvent('b1', { attachedTo: 'u', error: '42' })
      .endEvent('e1')
      .at('s')
      .userTask('u')
      .boundaryEvent('b2', { attachedTo: 'u', interrupting: false, timer: { cycle: 'R/PT1H' } })
      .endEvent('e2');
    const u = await deployedElement(model, 'u', 'userTask');
    assert.deepEqual(
      u.boundaryEvents.map(({ id, interrupting, event, attachedTo }) => [
        id,
        interrupting,
        event,
        attachedTo.id,
      ]),
      [
        ['b1', true, { kind: 'error', errorCode: '42' }, 'u'],
        [
          'b2',
          false,
          { kind: 'timer', timer: { kind: 'cycle', value: { kind: 'literal', value: 'R/PT1H' } } },
          'u',
        ],
      ],
    );
  });

  it('has the default flow without condition, told as such', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .exclusiveGateway('g')
      .when('=x')
      .endEvent('a')
      .at('g')
      .otherwise()
      .endEvent('b');
    const g = await deployedElement(model, 'g', 'exclusiveGateway');
    assert.deepEqual(
      g.outgoing.map(({ id, isDefault, condition }) => [id, isDefault, condition?.kind]),
      [
        ['f_g_a', false, 'compiled'],
        ['f_g_b', true, undefined],
      ],
    );
  });

  it('evaluates conditions in the order of the flows in the file', async () => {
    const model = bpmn('p').startEvent('s').exclusiveGateway('g');
    for (const id of ['c', 'a', 'b']) model.at('g').when('=x').endEvent(id);
    const g = await deployedElement(model, 'g', 'exclusiveGateway');
    assert.deepEqual(
      g.outgoing.map((flow) => flow.target.id),
      ['c', 'a', 'b'],
    );
  });

  it('evaluates conditions in the order of outgoing where the element lists its flows, the others behind', async () => {
    const content = ['<bpmn:outgoing>f_g_b</bpmn:outgoing>', '<bpmn:outgoing>f_g_c</bpmn:outgoing>'];
    const model = bpmn('p').startEvent('s').exclusiveGateway('g', { content });
    for (const id of ['c', 'a', 'b']) model.at('g').when('=x').endEvent(id);
    const g = await deployedElement(model, 'g', 'exclusiveGateway');
    assert.deepEqual(
      g.outgoing.map((flow) => flow.target.id),
      ['b', 'c', 'a'],
    );
  });

  it('reads every executable process of a file, and skips the others', async () => {
    const xml = bpmnFile([
      bpmn('a').startEvent('as'),
      bpmn('b', { isExecutable: false }).startEvent('bs').element('complexGateway', 'bg'),
      bpmn('c').startEvent('cs'),
    ]);
    const result = await taken(xml, { code: 'not-executable', at: 'b' });
    assert.ok(result.ok);
    assert.deepEqual(
      result.processes.map(({ process }) => process.bpmnProcessId),
      ['a', 'c'],
    );
  });

  it('is complete for a sub-process of the greatest depth', async () => {
    const depth = 190;
    const nested = (level: number): string =>
      level === 0 ? '' : `<bpmn:subProcess id="sub${level}">${nested(level - 1)}</bpmn:subProcess>`;
    const { process } = await deployed(bpmn('p').raw(nested(depth)));
    assert.equal(process.elements.size, depth);
  });

  it('has a thousand elements within half a second', async function () {
    this.timeout(30_000);
    const model = bpmn('p').startEvent('s');
    for (let index = 0; index < 500; index += 1) {
      model.serviceTask(`t${index}`, { type: 'x', inputs: { a: '=order.total + 1' }, outputs: { b: '=a' } });
    }
    const xml = model.toXml();
    const runs: number[] = [];
    for (let run = 0; run < 5; run += 1) runs.push(await cpuTimeMs(() => deploy(xml)));
    const fastest = Math.min(...runs);
    assert.ok(fastest < 500, `took ${fastest.toFixed(0)} ms at best`);
  });
});
