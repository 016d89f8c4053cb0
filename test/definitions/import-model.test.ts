import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ReadModelResult } from '../../src/definitions/index.js';
import { bpmn } from '../support/bpmn-builder.js';
import { cpuTimeMs } from '../support/cpu-time.js';
import { deploy, deployedElement, load, refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');

describe('import of the model', () => {
  it('refuses elements that BPMN does not have, or not there, with their line', async () => {
    const model = started().raw('<bpmn:robotTask id="r" />', '<bpmn:message id="m" />').endEvent('e');
    await refused(
      model,
      { code: 'unknown-element', line: 7, at: undefined, message: /<bpmn:robotTask>/ },
      { code: 'unknown-element', line: 8, at: undefined, message: /<bpmn:message>/ },
    );
  });

  it('refuses foreign elements outside extensionElements', async () => {
    const model = started().task('t', { content: ['<x:y xmlns:x="urn:x" />'] });
    await refused(model, { code: 'unknown-element', line: 6, at: undefined });
  });

  it('refuses attributes that BPMN does not have on an element', async () => {
    await refused(started().task('t', { attributes: { colour: 'red' } }), {
      code: 'unknown-attribute',
      at: 't',
      message: /found colour="red"/,
    });
  });

  it('tells little of an attribute that is long', async () => {
    const name = 'c'.repeat(4_000);
    const model = started().task('t', { attributes: { [name]: 'red' } });
    const [diagnostic] = await refused(model, { code: 'unknown-attribute', at: 't' });
    assert.ok((diagnostic?.message ?? '').length < 300);
  });

  it('refuses text between elements, with the line on which it ends', async () => {
    const model = started().raw('text').endEvent('e');
    await refused(model, { code: 'unreadable-content', line: 8, at: undefined, message: /found text/ });
  });

  it('refuses elements in place of an id', async () => {
    const model = started().task('t', { content: ['<bpmn:incoming><bpmn:task /></bpmn:incoming>'] });
    await refused(
      model,
      { code: 'unresolved-reference', at: 't', message: /but found nothing/ },
      { code: 'unreadable-content', line: 6, at: undefined },
    );
  });

  it('reads over markup in documentation and in annotations (BPMN20.xsd, tDocumentation and tText)', async () => {
    const markup = 'a <x:b xmlns:x="urn:x">c <x:d /></x:b><![CDATA[<e>]]> f';
    const annotation = `<bpmn:textAnnotation id="n"><bpmn:text>${markup}</bpmn:text></bpmn:textAnnotation>`;
    await taken(
      started()
        .task('t', { content: [`<bpmn:documentation>${markup}</bpmn:documentation>`] })
        .raw(annotation)
        .endEvent('e'),
    );
  });

  it('refuses elements in a script, which would be lost, at load too', async () => {
    const script =
      '<bpmn:scriptTask id="t"><bpmn:script>=1 <x:b xmlns:x="urn:x" /></bpmn:script></bpmn:scriptTask>';
    await refused(started().raw(script), {
      code: 'invalid-value',
      line: 5,
      at: undefined,
      message: /script/,
    });
    const loaded = await load(started().raw(script));
    assert.ok(
      loaded.diagnostics.some(({ severity, code }) => severity === 'error' && code === 'invalid-value'),
    );
  });

  it('refuses types of expressions that do not exist', async () => {
    const xml = started().when('=x').task('t').toXml().replace('tFormalExpression', 'tMagicExpression');
    await refused(xml, { code: 'unknown-element', line: 7, at: undefined });
  });

  it('refuses the same id twice once, naming both lines', async () => {
    const model = started().task('a').raw('<bpmn:task id="a" />').endEvent('e');
    await refused(model, { code: 'duplicate-id', at: 'a', line: 9, message: /line 5 and in line 9/ });
  });

  it('refuses the same id for a process and an element', async () => {
    const model = bpmn('p').startEvent('s').at(undefined).task('p');
    await refused(model, { code: 'duplicate-id', at: 'p', line: 5 });
  });

  it('refuses references at nothing from anywhere but the drawing', async () => {
    const xml = started()
      .raw('<bpmn:association id="as" sourceRef="s" targetRef="ghost" />')
      .toXml()
      .replace(
        '</bpmn:definitions>',
        '<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" id="dg"><i:BPMNPlane bpmnElement="ghost" /></i:BPMNDiagram></bpmn:definitions>',
      );
    const diagnostics = await refused(xml, { code: 'unresolved-reference', at: 'as' });
    assert.deepEqual(
      diagnostics.filter((it) => it.severity === 'warning').map(({ code, elementId }) => [code, elementId]),
      [['diagram-reference', 'dg']],
    );
  });

  it('gives up at more faults than anybody reads, quickly, however large the file is', async function () {
    this.timeout(30_000);
    const filler = `<!--${'x'.repeat(4_000_000)}-->`;
    for (const junk of [
      '<bpmn:junk />',
      '<bpmn:task><![CDATA[x]]></bpmn:task>',
      '<bpmn:incoming>x</bpmn:incoming>',
    ]) {
      let result: ReadModelResult | undefined;
      const spentMs = await cpuTimeMs(async () => {
        result = await deploy(started().raw(filler, junk.repeat(9_000)));
      });
      assert.ok(result !== undefined && !result.ok);
      assert.ok(
        result.diagnostics.some((it) => it.code === 'unreadable-content' && /more than 50/.test(it.message)),
      );
      assert.ok(spentMs < 3_000, `took ${spentMs.toFixed(0)} ms`);
    }
  });

  it('is not led astray by names that JavaScript gives a meaning', async () => {
    const xml = started()
      .task('t', {
        attributes: { 'x:constructor': 'a', 'x:__proto__': 'b', 'constructor:x': 'c', '__proto__:y': 'd' },
        extensions: [
          '<constructor:__proto__ get="1" set="2" __proto__="3" />',
          '<x:constructor x:toString="1" />',
        ],
      })
      .toXml()
      .replace(
        ' id="definitions"',
        ' xmlns:x="urn:x" xmlns:constructor="urn:c" xmlns:__proto__="urn:p" id="definitions"',
      );
    const result = await deploy(xml);
    assert.ok(result.ok, JSON.stringify(result.diagnostics));
    assert.deepEqual(new Set(result.diagnostics.map((it) => it.code)), new Set(['unknown-extension']));
    assert.equal(({} as Record<string, unknown>).y, undefined);
  });

  it('refuses a file without executable process', async () => {
    const xml = bpmn('p', { isExecutable: false }).startEvent('s').toXml();
    await refused(xml, { code: 'no-executable-process', at: 'definitions', line: 2 });
    await refused(xml.replace(/ {2}<bpmn:process[^]*<\/bpmn:process>\n/, ''), {
      code: 'no-executable-process',
      at: 'definitions',
      line: 2,
      message: /found no process/,
    });
  });

  it('refuses a process without id, and one whose id is too long', async () => {
    const xml = started().toXml().replace(' id="p"', '');
    await refused(xml, { code: 'missing-id', at: 'definitions', line: 2 });
    const long = 'p'.repeat(256);
    await refused(bpmn(long).startEvent('s'), { code: 'invalid-process-id', at: long });
    await taken(bpmn('p'.repeat(255)).startEvent('s'));
  });

  it('lists at most 500 diagnostics, errors first', async () => {
    const model = started();
    for (let index = 0; index < 600; index += 1)
      model
        .at('s')
        .task(`t${index}`)
        .boundaryEvent(`b${index}`, { attachedTo: `t${index}` });
    const result = await deploy(model);
    assert.equal(result.diagnostics.length, 501);
    assert.equal(result.diagnostics.filter((it) => it.severity === 'error').length, 500);
    assert.equal(result.diagnostics.at(-1)?.code, 'more-diagnostics');
  });
});

describe('namespaces', () => {
  const zeebe = 'http://camunda.org/schema/zeebe/1.0';

  it('count, not prefixes: zeebe under another prefix, BPMN as the default namespace', async () => {
    const xml = started()
      .serviceTask('a', { type: 'x' })
      .toXml()
      .replaceAll('zeebe:', 'z8:')
      .replace('xmlns:zeebe', 'xmlns:z8')
      .replaceAll('bpmn:tFormal', 'tFormal')
      .replaceAll('<bpmn:', '<')
      .replaceAll('</bpmn:', '</')
      .replace('xmlns:bpmn=', 'xmlns=');
    const { job } = await deployedElement(xml, 'a', 'serviceTask');
    assert.deepEqual(job.jobType, { kind: 'literal', value: 'x' });
  });

  it('count for attributes too: camunda under another prefix', async () => {
    const attributes = { 'c7:type': 'external', 'c7:topic': 'pay' };
    const xml = started().serviceTask('a', { attributes }).toXml().replaceAll('xmlns:camunda', 'xmlns:c7');
    const { job } = await deployedElement(xml, 'a', 'serviceTask');
    assert.deepEqual(job.jobType, { kind: 'literal', value: 'pay' });
  });

  it('count where they are bound inside the element', async () => {
    const extensions = [`<q:taskDefinition xmlns:q="${zeebe}" type="x" />`];
    const { job } = await deployedElement(started().serviceTask('a', { extensions }), 'a', 'serviceTask');
    assert.deepEqual(job.jobType, { kind: 'literal', value: 'x' });
  });

  it('are not mistaken when our prefix is bound to another one', async () => {
    const xml = started()
      .serviceTask('a', { type: 'x' })
      .toXml()
      .replace(zeebe, 'http://example.com/not-zeebe');
    const diagnostics = await refused(xml, { code: 'missing-implementation', at: 'a' });
    assert.match(
      diagnostics.find((it) => it.code === 'unknown-extension')?.message ?? '',
      /another namespace/,
    );
  });

  it('that are unknown are told once and have no effect', async () => {
    const extensions = ['<x:y xmlns:x="urn:x" a="1"><x:z>text</x:z></x:y>'];
    const model = started().task('a', { extensions }).task('b', { extensions });
    await taken(model, { code: 'unknown-extension', at: 'a', message: /urn:x/ });
  });

  it('of drawing tools are not told at all', async () => {
    const xml = started()
      .task('a')
      .toXml()
      .replace(
        ' id="definitions"',
        ' xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0" xsi:schemaLocation="a b" exporter="Camunda Modeler" exporterVersion="5" id="definitions"',
      )
      .replace(
        '</bpmn:definitions>',
        '<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" id="dg"><i:BPMNPlane bpmnElement="p"><i:BPMNShape bpmnElement="a" bioc:stroke="#000" color:border-color="#fff" /></i:BPMNPlane></i:BPMNDiagram></bpmn:definitions>',
      );
    await taken(xml);
  });
});
