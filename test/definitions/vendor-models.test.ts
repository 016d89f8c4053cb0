import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { deploy, load } from '../support/read-model.js';

const models = new URL('vendors/', import.meta.url);

interface Expected {
  /** What the modelers of this family write that others do not. */
  readonly quirks: string;
  /** The processes that are deployed; none when the file is refused. */
  readonly processes: readonly string[];
  /** Errors and warnings: `severity code element:line`. */
  readonly diagnostics: readonly string[];
}

/**
 * Models of our own that are written the way forty modelers of the BPMN MIWG interchange suite write theirs: each file has the quirks
 * of one family. What a modeler may write is taken; what is not finished is refused by element.
 */
const expected: Readonly<Record<string, Expected>> = {
  'activiti-like': {
    quirks:
      'two pools; a participant that names its process by a prefix of the target namespace; attributes of Activiti; message flows',
    processes: ['myProcess_1', 'myProcess_2'],
    diagnostics: [],
  },
  'adonis-like': {
    quirks: 'five prefixes of the same namespace in turn; text, and ids that are none, in extensions',
    processes: ['mod.267253'],
    diagnostics: [],
  },
  'aeneis-like-for-documentation': {
    quirks: 'drawn to be read, with letters beyond ASCII: nothing is executable',
    processes: [],
    diagnostics: ['error no-executable-process _71f23986:3'],
  },
  'bic-like': {
    quirks: 'empty documentation with ids everywhere; a start event behind what it leads to',
    processes: ['process_e272fe6e'],
    diagnostics: [],
  },
  'bizagi-like': {
    quirks:
      'the default namespace bound anew on each element of the drawing; an empty condition; CDATA; a group of no category',
    processes: ['Id_c5ae4c6c'],
    diagnostics: ['warning unused-reference Id_g:13'],
  },
  'bonita-like': {
    quirks:
      'di bound to the namespace of BPMNDI; empty data associations; empty conditions with a type in Java',
    processes: ['_orders'],
    diagnostics: ['warning unused-reference _f2:31'],
  },
  'bonita-like-unfinished': {
    quirks: 'an event definition whose id has spaces; a call of nothing; a message without name',
    processes: [],
    diagnostics: [
      'error missing-called-element _ship:5',
      'error missing-message _b:6',
      'warning unused-id eventdef-Message came in_7WFpbWZE:7',
    ],
  },
  'bpmn-io-like-unfinished': {
    quirks:
      'a second diagram without id; what a modeler leaves blank when shapes are drawn and nothing is filled in',
    processes: [],
    diagnostics: [
      'error missing-implementation Service_1:9',
      'error missing-condition Flow_3:10',
      'error missing-implementation End_1:11',
      'error missing-condition Flow_4:12',
      'error missing-message Boundary_1:13',
      'error invalid-timer Timer_1:14',
    ],
  },
  'cardanit-like': {
    quirks: 'boundary events before their activity; data outputs of events; types that nobody defines',
    processes: ['processes_af3b'],
    diagnostics: [],
  },
  'choreography-and-conversation': {
    quirks: 'a choreography and conversations beside a process; a processing instruction',
    processes: ['p'],
    diagnostics: ['warning processing-instruction :2'],
  },
  'drawing-first': {
    quirks: 'the drawing before the process, with the same ids; a shape that BPMN does not have',
    processes: ['orders'],
    diagnostics: [
      'warning unused-id 3f-shape:6',
      'warning diagram-reference :7',
      'warning unused-id orders:10',
      'warning unused-id start:11',
    ],
  },
  'eclipse-like-empty': {
    quirks: 'a process with nothing in it',
    processes: [],
    diagnostics: ['error no-executable-process _Lw74MGwoEeWAWpNQoAVHdg:2'],
  },
  'enterprise-explorer-like': {
    quirks: 'documentation in extension, with an id that a later documentation has too',
    processes: ['_p'],
    diagnostics: ['warning unused-reference _b0a03b14:2', 'warning unused-id author:8'],
  },
  'flowable-like': {
    quirks: 'attributes of Flowable; a prefix that we know, bound to another namespace; a Java class',
    processes: [],
    diagnostics: ['error missing-implementation charge:12'],
  },
  'innovator-like': {
    quirks: 'xmlns:xml; a collaboration that refers by prefix; spaces in the ids of extensions',
    processes: ['WFP-6-1'],
    diagnostics: ['warning unreachable-element _send:14'],
  },
  'kie-like': {
    quirks: 'no XML declaration; CDATA in extensions; a relationship with simulation data behind the drawing',
    processes: ['orders.v1'],
    diagnostics: [],
  },
  'modelio-like': {
    quirks:
      'xmlns="" on children of another prefix; no targetNamespace; isInterrupting="false" on an ordinary start event',
    processes: ['MO-p'],
    diagnostics: [],
  },
  'omnitracker-like': {
    quirks: 'elements of another namespace in documentation; flows before nodes; no id in the drawing',
    processes: ['_4'],
    diagnostics: [],
  },
  'open-bpmn-like': {
    quirks:
      'all on one line; line feeds in names; markup in CDATA; attributes of the drawing that BPMN does not have',
    processes: ['WFP-6-'],
    diagnostics: [],
  },
  'process-designer-like': {
    quirks:
      'references by prefix from attachedToRef, incoming and calledElement; spaces in a namespace; no drawing',
    processes: ['bpmnid-p', 'bpmnid-p2'],
    diagnostics: [],
  },
  'signavio-like': {
    quirks:
      'categories, groups, lanes in lanes, notes; a process that is no more than a draft and is broken; a deleted shape',
    processes: ['sid-p'],
    diagnostics: ['warning unused-reference sid-f9:25', 'warning diagram-reference sid-diagram:29'],
  },
  'trisotech-like': {
    quirks:
      'another default namespace; FEEL as the language of all expressions; interfaces; an element without prefix in an extension',
    processes: ['_ef2f2822'],
    diagnostics: [],
  },
  'trisotech-like-unfinished': {
    quirks:
      'a global user task that is called; an empty condition; a collapsed sub-process done several times, nobody says how often',
    processes: [],
    diagnostics: [
      'error invalid-event _cba8:6',
      'error invalid-loop _149a:10',
      'error missing-signal _5cc0:13',
    ],
  },
  'visio-like': {
    quirks: 'a comment before the root; white space around references; the same id for two shapes',
    processes: ['_22ed180a'],
    diagnostics: ['warning unused-id _9500A518:25'],
  },
  'w4-like': {
    quirks:
      'elements without namespace in an extension; data inputs and outputs; who does a task in terms of BPMN; resources after',
    processes: ['handle-order'],
    diagnostics: ['warning not-considered approve:28'],
  },
  'yaoqiang-like-unfinished': {
    quirks: 'a timer that says nothing; a service that nobody implements; categories behind the process',
    processes: [],
    diagnostics: ['error invalid-timer _3:11', 'error missing-implementation _8:14'],
  },
};

describe('models as other modelers write them', () => {
  for (const [name, { quirks, processes, diagnostics }] of Object.entries(expected)) {
    it(`${processes.length > 0 ? 'takes' : 'refuses'} ${name}: ${quirks}`, async () => {
      const xml = readFileSync(new URL(`${name}.bpmn`, models), 'utf8');
      const result = await deploy(xml);
      const found = result.diagnostics
        .filter(({ severity }) => severity !== 'info')
        .map(({ severity, code, elementId = '', line }) => `${severity} ${code} ${elementId}:${line}`);
      assert.deepEqual(found, diagnostics, JSON.stringify(result.diagnostics, null, 2));
      const taken = result.ok ? result.processes.map(({ process }) => process.bpmnProcessId) : [];
      assert.deepEqual(taken, processes);
      if (result.ok) assert.ok((await load(xml)).ok);
    });
  }

  it('has an expectation of every file', () => {
    const files = readdirSync(models).map((file) => file.replace(/\.bpmn$/, ''));
    assert.deepEqual(files.sort(), Object.keys(expected).sort());
  });
});

describe('references by prefix', () => {
  const model = (reference: string, called = 'p') => `<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tns="urn:here" xmlns:there="urn:there" targetNamespace="urn:here">
  <message id="m" name="go"/>
  <process id="p" isExecutable="true">
    <startEvent id="s"><messageEventDefinition messageRef="${reference}"/></startEvent>
    <callActivity id="c" calledElement="${called}"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="c"/>
  </process>
</definitions>`;

  it('mean elements of the file when the prefix is bound to its target namespace', async () => {
    for (const reference of ['m', 'tns:m', ' tns:m '])
      assert.ok((await deploy(model(reference))).ok, reference);
  });

  it('mean nothing in the file when it is bound to another, or not at all', async () => {
    for (const reference of ['there:m', 'nowhere:m', 'tns:', ':m', 'tns:m:m']) {
      const result = await deploy(model(reference));
      assert.ok(!result.ok, reference);
      assert.equal(result.diagnostics[0]?.code, 'unresolved-reference');
      assert.equal(result.diagnostics[0].elementId, 's');
    }
  });

  it('name a called process by what stands behind a prefix that the file binds', async () => {
    for (const [called, found] of [
      ['q', 'q'],
      ['tns:q', 'q'],
      ['there:q', 'q'],
      ['urn:q', 'urn:q'],
    ]) {
      const result = await deploy(model('m', called));
      assert.ok(result.ok);
      const call = result.processes[0]?.process.elements.get('c');
      assert.ok(call?.type === 'callActivity' && call.calledProcessId.kind === 'literal');
      assert.equal(call.calledProcessId.value, found);
    }
  });
});
