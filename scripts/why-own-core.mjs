// Shows on small models why the execution core is our own and not bpmn-engine (docs/adr/0001-own-execution-core.md).
//
//   node scripts/why-own-core.mjs
//
// What is measured differs from machine to machine; what goes wrong does not.

import { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Engine } from 'bpmn-engine';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** How long one model may take: some of them never end. */
const limitMs = 2_000;

const findings = [
  await parallelJoin(),
  await twoTokens(),
  await inclusiveJoin(),
  await codeInAttribute(),
  await codeInScript(),
];
print(['model', 'BPMN 2.0.2, or common sense', 'bpmn-engine'], findings);
console.log('');
print(['measured', 'bpmn-engine'], [await heapPerInstance(), await timePerJob()]);
process.exit(0);

/** Arm one: approve or go round again. Arm two: one task. Both are joined before `ship`. */
async function parallelJoin() {
  const elements = [
    ...['startEvent s', 'parallelGateway fork', 'exclusiveGateway merge', 'userTask review'],
    ...[
      'exclusiveGateway ok default="ok_join"',
      'parallelGateway join',
      'userTask other',
      'task ship',
      'endEvent e',
    ],
  ];
  const flows = [
    ...[
      's fork',
      'fork merge',
      'merge review',
      'review ok',
      'ok merge',
      'ok join',
      'fork other',
      'other join',
    ],
    ...['join ship', 'ship e'],
  ];
  const conditions = { 'ok merge': '${environment.variables.again}' };
  const run = await started(model(elements, flows, conditions), { again: true });
  run.complete('other');
  run.complete('review');
  const early = run.ended('ship');
  return [
    'parallel join, one arm goes round for rework',
    'the join waits for the rework (§13.4.1): ship 0 times',
    `ship ${early} time${early === 1 ? '' : 's'} while review still waits`,
  ];
}

async function twoTokens() {
  const run = await started(
    model(
      [
        'startEvent s',
        'parallelGateway fork',
        'task a',
        'task b',
        'exclusiveGateway merge',
        'userTask work',
        'endEvent e',
      ],
      ['s fork', 'fork a', 'fork b', 'a merge', 'b merge', 'merge work', 'work e'],
    ),
  );
  return [
    'two tokens come to one user task',
    'each makes a task of its own (§13.3.2): 2 wait',
    `${run.waiting('work')} waits`,
  ];
}

async function inclusiveJoin() {
  const run = await started(
    model(
      [
        'startEvent s',
        'inclusiveGateway split',
        'task a',
        'task b',
        'inclusiveGateway join',
        'task after',
        'endEvent e',
      ],
      ['s split', 'split a', 'split b', 'a join', 'b join', 'join after', 'after e'],
      { 'split a': '${true}', 'split b': '${true}' },
    ),
  );
  return [
    'inclusive join behind two arms',
    'joins what was split (§13.4.3): the task behind it runs 1 time',
    `it runs ${run.ended('after')} times`,
  ];
}

/** Nothing but an attribute of the diagram; no service of that name, no script. */
async function codeInAttribute() {
  delete globalThis.proofOfAttribute;
  const code = 'globalThis.proofOfAttribute = process.pid';
  const implementation = `\${content.constructor.constructor('${code}')}`;
  const run = await started(
    model([`serviceTask x implementation="${implementation}"`, 'endEvent e'], ['x e']),
  );
  run.stop();
  return [
    'serviceTask with an implementation attribute',
    'a diagram is data',
    whatRan(globalThis.proofOfAttribute),
  ];
}

async function codeInScript() {
  delete globalThis.proofOfScript;
  const script =
    "const host = next.constructor('return globalThis')(); host.proofOfScript = host.process.pid; next();";
  const run = await started(
    model(['scriptTask x scriptFormat="javascript"', 'endEvent e'], ['x e'], {}).replace(
      '></bpmn:scriptTask>',
      `><bpmn:script><![CDATA[${script}]]></bpmn:script></bpmn:scriptTask>`,
    ),
  );
  run.stop();
  return ['scriptTask', 'a script sees what it is given', whatRan(globalThis.proofOfScript)];
}

function whatRan(proof) {
  return proof === process.pid ? 'ran code in the host process, with its globals' : 'ran no code';
}

async function heapPerInstance() {
  const count = 50;
  const source = sequence(10);
  const kept = [];
  await started(source);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < count; index++) kept.push(await started(source));
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / kept.length;
  return [
    'heap of one instance of ten tasks that waits',
    `${Math.round(bytes / 1000).toLocaleString('en-US')} kB`,
  ];
}

async function timePerJob() {
  const tasks = 30;
  const source = sequence(tasks);
  const rounds = 5;
  let micros = 0;
  for (let round = 0; round <= rounds; round++) {
    const run = await started(source);
    const before = process.cpuUsage();
    for (let index = 0; index < tasks; index++) run.complete(`t${index}`);
    const { user, system } = process.cpuUsage(before);
    if (run.ended('e') !== 1) throw new Error('Expected the instance to come to its end.');
    if (round > 0) micros += user + system; // The first round warms up.
  }
  return ['processor time of one completed task', `${(micros / rounds / tasks / 1000).toFixed(2)} ms`];
}

function sequence(length) {
  const ids = Array.from({ length }, (_, index) => `t${index}`);
  const path = ['s', ...ids, 'e'];
  return model(
    ['startEvent s', ...ids.map((id) => `userTask ${id}`), 'endEvent e'],
    path.slice(1).map((id, index) => `${path[index]} ${id}`),
  );
}

/** A process from lists of `element id attributes` and of `source target`, with conditions by flow. */
function model(elements, flows, conditions = {}) {
  const nodes = elements.map((line) => {
    const [, tag, id, attributes] = /^(\S+) (\S+) ?(.*)$/.exec(line);
    return `<bpmn:${tag} id="${id}" ${attributes}></bpmn:${tag}>`;
  });
  const connections = flows.map((flow) => {
    const [from, to] = flow.split(' ');
    const condition = conditions[flow];
    const inner = condition
      ? `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${condition}</bpmn:conditionExpression>`
      : '';
    return `<bpmn:sequenceFlow id="${from}_${to}" sourceRef="${from}" targetRef="${to}">${inner}</bpmn:sequenceFlow>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://example.com">
  <bpmn:process id="p" isExecutable="true">${[...nodes, ...connections].join('\n')}</bpmn:process>
</bpmn:definitions>`;
}

/** Starts an instance and counts which elements end. */
async function started(source, variables = {}) {
  const engine = new Engine({ name: 'why', source });
  const listener = new EventEmitter();
  const ends = new Map();
  engine.on('error', () => undefined);
  listener.on('activity.end', ({ id }) => ends.set(id, (ends.get(id) ?? 0) + 1));
  const late = new Promise((resolve) => setTimeout(resolve, limitMs).unref());
  const execution = await Promise.race([engine.execute({ listener, variables }), late]);
  const postponed = (id) => execution.getPostponed().filter((activity) => activity.id === id);
  return {
    ended: (id) => ends.get(id) ?? 0,
    waiting: (id) => postponed(id).length,
    complete: (id) => postponed(id)[0].signal(),
    stop: () => void engine.stop()?.catch(() => undefined),
  };
}

function print(columns, rows) {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index]))
      .join('  ')
      .trimEnd();
  console.log(line(columns));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of rows) console.log(line(row));
}
