import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { diagnosticCodes, readDmn } from '../../src/definitions/index.js';
import type { DiagnosticCode } from '../../src/definitions/index.js';
import { bpmn } from '../support/bpmn-builder.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { decision, dmn, inputData, literal, table } from '../support/dmn-builder.js';
import { deployAsIs } from '../support/read-model.js';
import type { Model } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');
const hour = { timer: { duration: 'PT1H' } };
const diagram = '<i:BPMNPlane xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="ghost" />';

const one = literal('1');

/** The same for codes that only decisions can get. */
const dmnExamples = {
  'not-dmn': '<svg xmlns="http://www.w3.org/2000/svg" />',
  'unsupported-dmn-version': dmn([decision('d', one)], { version: '1.2' }),
  'no-decision': dmn([inputData('i')]),
  'missing-decision-logic': dmn([decision('d', [])]),
  'invalid-decision-table': dmn([decision('d', table({ inputs: [], outputs: [], rules: [] }))]),
  'invalid-requirement': dmn([decision('d', one, { decisions: ['nobody'] })]),
  'requirement-circle': dmn([decision('d', one, { decisions: ['d'] })]),
  'unsupported-expression-language': dmn([decision('d', literal('1', { expressionLanguage: 'juel' }))]),
  'unknown-type': dmn([decision('d', literal('1', { typeRef: 'robot' }))]),
};

/** For each code a model that gets it: the table and what is emitted cannot drift apart. */
const examples: Readonly<Record<Exclude<DiagnosticCode, keyof typeof dmnExamples>, Model>> = {
  'not-xml': 'no XML',
  'unsupported-xml': `<?xml version="1.0" encoding="latin1"?>${started().toXml().slice(38)}`,
  doctype: '<!DOCTYPE x>',
  'too-large': started().raw('<bpmn:task>'.repeat(201), '</bpmn:task>'.repeat(201)),
  'processing-instruction': started().raw('<?php ?>'),
  'not-bpmn': '<svg xmlns="http://www.w3.org/2000/svg" />',
  'duplicate-id': started().task('s'),
  'duplicate-child': started().task('t', {
    content: ['<bpmn:ioSpecification />', '<bpmn:ioSpecification />'],
  }),
  'invalid-id': started().task('1'),
  'invalid-time-to-live': bpmn('p', { attributes: { 'camunda:historyTimeToLive': 'soon' } }).startEvent('s'),
  'unused-id': started().task('t', {
    content: ['<bpmn:documentation id="d" />', '<bpmn:documentation id="d" />'],
  }),
  'missing-id': started().raw('<bpmn:task />'),
  'text-too-long': started().task('t', { name: 'x'.repeat(1_001) }),
  'unknown-element': started().raw('<bpmn:robot />'),
  'unknown-attribute': started().task('t', { attributes: { colour: 'red' } }),
  'unresolved-reference': started().flow('s', 'ghost'),
  'unused-reference': started().raw('<bpmn:dataObject id="do" itemSubjectRef="x" />'),
  'no-diagram': started(),
  'diagram-reference': started()
    .toXml()
    .replace(
      '</bpmn:definitions>',
      `<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI">${diagram}</i:BPMNDiagram></bpmn:definitions>`,
    ),
  'unreadable-content': started().raw('text'),
  'no-executable-process': bpmn('p', { isExecutable: false }),
  'not-executable': bpmn('p', { isExecutable: false }),
  'invalid-process-id': bpmn('p'.repeat(256)),
  'unsupported-element': started().element('complexGateway', 'x'),
  'unsupported-attribute': bpmn('p')
    .eventBasedGateway('g', { attributes: { instantiate: true } })
    .intermediateCatchEvent('c', { message: 'm', signal: 'x', attributes: { parallelMultiple: true } })
    .endEvent('e'),
  'unsupported-extension': started().task('t', { extensions: ['<zeebe:executionListeners />'] }),
  'misplaced-extension': started().exclusiveGateway('g', { inputs: { a: '=1' } }),
  'unknown-extension': started().task('t', { extensions: ['<x:y xmlns:x="urn:x" />'] }),
  'unknown-extension-attribute': started().task('t', { attributes: { 'zeebe:x': 1 } }),
  'extension-without-effect': started().task('t', { attributes: { 'camunda:asyncBefore': true } }),
  'not-considered': started().userTask('u', { content: ['<bpmn:performer />'] }),
  'java-not-supported': started().task('t', { attributes: { 'camunda:class': 'a.B' } }),
  'unsupported-script': started().scriptTask('t', { attributes: { scriptFormat: 'groovy' } }),
  'unsupported-expression': started().when('${x.size() > 0}').task('t'),
  'invalid-expression': started().when('=(').task('t'),
  'invalid-timer': started().intermediateCatchEvent('c', { timer: { duration: 'soon' } }),
  'invalid-number': started().task('t', { attributes: { startQuantity: '1.5' } }),
  'invalid-value': started().serviceTask('t', { type: 'x', retries: 'many' }),
  'missing-implementation': started().serviceTask('t'),
  'missing-called-element': started().callActivity('c'),
  'missing-message': started().receiveTask('r'),
  'missing-correlation-key': started().receiveTask('r', { message: 'm' }),
  'correlated-by-business-key': started()
    .receiveTask('r', { message: 'm' })
    .toXml()
    .replace(/ xmlns:zeebe="[^"]*"/, ''),
  'missing-signal': started().endEvent('e', { signal: '' }),
  'missing-error-code': started().endEvent('e', { error: true }),
  'missing-escalation-code': started().endEvent('e', { escalation: true }),
  'invalid-event': started().intermediateCatchEvent('c'),
  'invalid-loop': started().task('t', { content: multiInstance({}) }),
  'invalid-ad-hoc': started().element('adHocSubProcess', 'x'),
  'invalid-flow': started().connectTo('s'),
  'invalid-link': started().intermediateThrowEvent('l', { link: 'nowhere' }),
  'invalid-default-flow': started().exclusiveGateway('g').when('=x', { isDefault: true }).task('t'),
  'missing-condition': started().exclusiveGateway('g').task('a').at('g').task('b'),
  'condition-not-allowed': started().parallelGateway('g').when('=x').task('t'),
  'invalid-attachment': started().boundaryEvent('b', { attachedTo: 's', ...hour }),
  'invalid-start-event': started().startEvent('s2'),
  'invalid-compensation': started().endEvent('e', { compensate: { activityRef: 's' } }),
  'invalid-event-sub-process': started().eventSubProcess('x', (inner) => inner.task('t')),
  'no-start': bpmn('p').task('t').connectTo('t'),
  'duplicate-trigger': bpmn('p').startEvent('a', { message: 'm' }).startEvent('b', { message: 'm' }),
  'invalid-event-gateway': started().eventBasedGateway('g').task('t'),
  'invalid-voice-menu': started().userTask('u', {
    extensions: ['<throughline:voice><throughline:choice digit="x" /></throughline:voice>'],
  }),
  'single-event': started().eventBasedGateway('g').intermediateCatchEvent('c', hour),
  'no-way-on': started()
    .task('t')
    .boundaryEvent('b', { attachedTo: 't', ...hour }),
  'unreachable-element': started().at(undefined).task('t'),
  'more-diagnostics': started().raw(
    ...Array.from({ length: 501 }, (_, index) => `<bpmn:complexGateway id="g${index}" />`),
  ),
};

describe('diagnostic codes', () => {
  for (const [code, model] of Object.entries(examples)) {
    it(`${code} is emitted with the severity of the table, and refuses the model exactly when it is an error`, async () => {
      const result = await deployAsIs(model);
      const diagnostic = result.diagnostics.find((it) => it.code === code);
      assert.ok(diagnostic !== undefined, JSON.stringify(result.diagnostics));
      assert.equal(diagnostic.severity, diagnosticCodes[diagnostic.code].severity);
      assert.equal(result.ok, !result.diagnostics.some((it) => it.severity === 'error'));
    });
  }

  for (const [code, content] of Object.entries(dmnExamples)) {
    it(`${code} is emitted for decisions`, async () => {
      const result = await readDmn({ name: 'test.dmn', content }, { purpose: 'deploy' });
      const diagnostic = result.diagnostics.find((it) => it.code === code);
      assert.ok(diagnostic !== undefined, JSON.stringify(result.diagnostics));
      assert.equal(diagnostic.severity, diagnosticCodes[diagnostic.code].severity);
      assert.ok(!result.ok);
    });
  }

  it('have a meaning that is a sentence', () => {
    for (const { meaning } of Object.values(diagnosticCodes)) assert.match(meaning, /^[A-Z].*\.$/);
  });
});
