import assert from 'node:assert/strict';
import { BpmnModdle } from 'bpmn-moddle';
import { describe, it } from 'mocha';
import { guardXml } from '../../src/definitions/xml/xml-guard.js';
import { noXmlLimits, xmlLimits } from '../../src/definitions/xml/xml-limits.js';
import type { XmlLimits } from '../../src/definitions/xml/xml-limits.js';
import { cpuTimeMs } from '../support/cpu-time.js';

const root = '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">';
const close = '</b:definitions>';

function findings(xml: string, limits: XmlLimits = xmlLimits) {
  const { passed, findings: found } = guardXml(xml, limits);
  return {
    passed,
    found: found.map(({ code, line, elementId }) => ({ code, line, ...(elementId && { elementId }) })),
  };
}

const refusedAt = (code: string, line: number) => ({ passed: false, found: [{ code, line }] });

describe('XML guard', () => {
  describe('what is not well-formed', () => {
    const broken: Readonly<Record<string, readonly [xml: string, line: number]>> = {
      'no XML at all': ['this is no XML', 1],
      'an empty file': ['', 1],
      'white space alone': [' \n ', 1],
      'text before the root element': [`text\n${root}${close}`, 2],
      'text behind the root element': [`${root}${close}\ntext`, 2],
      'a root element that is not closed': [`${root}\n<b:message id="m"/>`, 2],
      'a closing tag that fits no opening one': [`${root}\n</b:process>`, 2],
      'a second root element': [`${root}${close}\n${root}${close}`, 2],
      'an attribute without quotes': [`${root}\n<b:message id=m />${close}`, 2],
      'the same attribute twice': [`${root}\n<b:message id="m" id="n" />${close}`, 2],
      'an attribute that is not closed': [`${root}\n<b:message id="m />${close}`, 2],
      '< in an attribute': [`${root}\n<b:message id="m" name="a<b" />${close}`, 2],
      'an element prefix that is not bound': [`${root}\n<c:message />${close}`, 2],
      'an attribute prefix that is not bound': [`${root}\n<b:message c:x="1" />${close}`, 2],
      'a comment that is not closed': [`${root}\n<!-- ${close}`, 2],
      'CDATA that is not closed': [`${root}\n<![CDATA[ ${close}`, 2],
      'an entity that XML does not have': [`${root}<b:documentation>\n&nbsp;</b:documentation>${close}`, 1],
      'a lonely ampersand in an attribute': [`${root}\n<b:message id="m" name="a & b" />${close}`, 2],
      'a reference to no character': [`${root}\n<b:message id="m" name="&#0;" />${close}`, 2],
      'a second XML declaration': [`<?xml version="1.0"?>\n${root}\n<?xml version="1.0"?>${close}`, 3],
    };
    for (const [what, [xml, line]] of Object.entries(broken)) {
      it(`refuses ${what}`, () => {
        const result = findings(xml);
        assert.equal(result.passed, false);
        assert.deepEqual(
          result.found.map((it) => it.code),
          ['not-xml'],
        );
        assert.ok(Math.abs((result.found[0]?.line ?? 0) - line) <= 1, `line ${result.found[0]?.line}`);
      });
    }

    for (const [what, character] of [
      ['a NUL', '\u0000'],
      ['half a surrogate pair', '\ud800'],
      ['a form feed', '\f'],
    ]) {
      it(`refuses ${what}`, () => {
        const { passed, findings: found } = guardXml(`${root}<!-- ${character} -->${close}`, xmlLimits);
        assert.equal(passed, false);
        assert.match(
          found[0]?.message ?? '',
          /Expected characters that XML 1\.0 allows but found U\+[0-9A-F]{4}/,
        );
      });
    }

    it('takes what only looks wrong: markup in comments and CDATA, quotes and > in attributes', () => {
      const xml = `<?xml version="1.0" encoding="utf-8"?>\n<!-- <!DOCTYPE x> & <b> -->\n${root}
        <b:message id="m" name="it's &lt;&#x41;&amp;&quot;> " />
        <b:documentation><![CDATA[<!DOCTYPE y> & <?php ?> &nbsp; <b:message id="m"/>]]></b:documentation>\n${close}\n`;
      assert.deepEqual(findings(xml), { passed: true, found: [] });
    });

    it('takes a byte order mark', () => {
      assert.deepEqual(findings(`\ufeff<?xml version="1.0"?>${root}${close}`), { passed: true, found: [] });
    });

    it('refuses a character beyond U+FFFF as a number, which the parser behind it would mangle', () => {
      const { findings: found } = guardXml(`${root}<b:message id="m" name="&#x1F600;" />${close}`, xmlLimits);
      assert.match(found[0]?.message ?? '', /Expected the character itself, in UTF-8, but found &#x1F600;/);
    });
  });

  describe('what is not BPMN or not UTF-8', () => {
    it('refuses another root element, naming it', () => {
      const dmn = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" />';
      assert.deepEqual(findings(`\n${dmn}`), refusedAt('not-bpmn', 2));
    });

    it('refuses a process as the root element', () => {
      assert.deepEqual(
        findings(root.replace('definitions', 'process') + '</b:process>'),
        refusedAt('not-bpmn', 1),
      );
    });

    it('refuses definitions in a namespace that only the prefix makes look like BPMN', () => {
      const xml = '<bpmn:definitions xmlns:bpmn="http://example.com/other" />';
      assert.deepEqual(findings(xml), refusedAt('not-bpmn', 1));
    });

    for (const encoding of ['UTF-16', 'ISO-8859-1', '']) {
      it(`refuses the encoding "${encoding}"`, () => {
        const xml = `<?xml version="1.0" encoding='${encoding}'?>${root}${close}`;
        assert.deepEqual(findings(xml), refusedAt('unsupported-xml', 1));
      });
    }

    it('warns once about processing instructions and reads on', () => {
      const xml = `<?xml version="1.0"?>\n<?xml-stylesheet href="a"?>\n${root}<?php a ?>${close}`;
      assert.deepEqual(findings(xml), { passed: true, found: [{ code: 'processing-instruction', line: 2 }] });
    });
  });

  describe('DOCTYPE', () => {
    const laughs = Array.from({ length: 20 }, (_, i) => `<!ENTITY l${i + 1} "&l${i};&l${i};">`).join('\n');
    const hostile: Readonly<Record<string, string>> = {
      'an empty one': '<!DOCTYPE definitions>',
      'a billion laughs': `<!DOCTYPE d [<!ENTITY l0 "lol">${laughs}]>`,
      'an external entity': '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
      'an external subset': '<!DOCTYPE d SYSTEM "http://example.com/d.dtd">',
      'one with > in quotes': '<!DOCTYPE d [<!ENTITY x ">">]>',
    };
    for (const [what, doctype] of Object.entries(hostile)) {
      it(`refuses ${what}`, () => {
        const xml = `<?xml version="1.0"?>\n${doctype}${root}<b:message id="&l9;" />${close}`;
        assert.deepEqual(findings(xml), refusedAt('doctype', 2));
      });
    }

    it('refuses one inside the root element', () => {
      assert.deepEqual(findings(`${root}\n<!DOCTYPE d>${close}`), refusedAt('doctype', 2));
    });

    it('refuses one behind the root element', () => {
      assert.deepEqual(findings(`${root}\n${close}\n<!DOCTYPE d>`), refusedAt('doctype', 3));
    });
  });

  describe('bounds', () => {
    const elements = (count: number) => `${root}${'<b:message/>\n'.repeat(count)}${close}`;
    const nested = (depth: number) =>
      `${root}${'<b:subProcess>'.repeat(depth - 1)}${'</b:subProcess>'.repeat(depth - 1)}${close}`;
    const within = { passed: true, found: [] };

    it('takes the deepest nesting and refuses one level more', () => {
      assert.deepEqual(findings(nested(xmlLimits.depth)), within);
      assert.deepEqual(findings(nested(xmlLimits.depth + 1)), refusedAt('too-large', 1));
    });

    it('takes the most elements and refuses one more', () => {
      assert.deepEqual(findings(elements(xmlLimits.elements - 1)), within);
      assert.deepEqual(findings(elements(xmlLimits.elements)), refusedAt('too-large', xmlLimits.elements));
    });

    it('refuses too many attributes on one element', () => {
      const attributes = (count: number) => Array.from({ length: count }, (_, i) => `a${i}="1"`).join(' ');
      const xml = (count: number) => `${root}<b:message ${attributes(count)}/>${close}`;
      assert.deepEqual(findings(xml(xmlLimits.attributesPerElement)), within);
      assert.deepEqual(findings(xml(xmlLimits.attributesPerElement + 1)), refusedAt('too-large', 1));
    });

    it('refuses long attributes of BPMN, and longer ones of extensions', () => {
      const ofBpmn = (length: number) => `${root}\n<b:message itemRef="${'x'.repeat(length)}"/>${close}`;
      const ofExtension = (length: number) =>
        `${root}\n<x:y xmlns:x="urn:x" z="${'x'.repeat(length)}"/>${close}`;
      assert.deepEqual(findings(ofBpmn(xmlLimits.ownAttributeLength)), within);
      assert.deepEqual(findings(ofBpmn(xmlLimits.ownAttributeLength + 1)), refusedAt('too-large', 2));
      assert.deepEqual(findings(ofExtension(xmlLimits.attributeLength)), within);
      assert.deepEqual(findings(ofExtension(xmlLimits.attributeLength + 1)), refusedAt('too-large', 2));
    });

    it('refuses long text, in CDATA too', () => {
      const text = 'x'.repeat(xmlLimits.textLength + 1);
      assert.deepEqual(
        findings(`${root}<b:documentation>${text}</b:documentation>${close}`),
        refusedAt('too-large', 1),
      );
      assert.deepEqual(findings(`${root}\n<![CDATA[${text}]]>${close}`), refusedAt('too-large', 2));
    });

    it('refuses a file that is too long before looking into it', () => {
      const { passed, findings: found } = guardXml(`${' '.repeat(xmlLimits.contentLength)}<`, xmlLimits);
      assert.deepEqual(
        { passed, codes: found.map((it) => it.code) },
        { passed: false, codes: ['too-large'] },
      );
    });

    it('refuses too many namespace prefixes, wherever they are bound', () => {
      const bound = Array.from({ length: 101 }, (_, i) => `<b:message xmlns:a${i}="urn:${i}"/>`).join('');
      assert.deepEqual(findings(`${root}${bound}${close}`), refusedAt('too-large', 1));
    });

    it('has no bounds for models that were deployed under others', () => {
      assert.deepEqual(findings(nested(5000), noXmlLimits), within);
      assert.deepEqual(findings(elements(30_000), noXmlLimits), within);
    });

    it('refuses lists of references in attributes, which the parser behind it resolves in quadratic time', () => {
      const xml = `${root}\n<b:task id="t" incoming="f f f" />${close}`;
      assert.deepEqual(findings(xml).found, [{ code: 'unsupported-xml', line: 2, elementId: 't' }]);
    });
  });

  describe('hostile files of full size', () => {
    const megabytes = (text: string) => text.repeat(Math.floor(4_500_000 / text.length));
    const hostile: Readonly<Record<string, string>> = {
      '100,000 elements inside each other': `${root}${'<b:task>'.repeat(100_000)}${'</b:task>'.repeat(100_000)}${close}`,
      'the same attribute 800,000 times': `${root}<b:task ${megabytes('a="" ')}/>${close}`,
      'attributes that are never closed': `${root}${megabytes('<b:task a="')}${close}`,
      'nothing but <': `${root}${megabytes('<')}`,
      'nothing but &': `${root}${megabytes('&')}${close}`,
      'nothing but comments': `${root}${megabytes('<!---->')}${close}`,
      'nothing but processing instructions': `${root}${megabytes('<?a?>')}${close}`,
      'one line of tags': `${root}${'<b:task/>'.repeat(19_000)}<!--${'x'.repeat(4_000_000)}-->${close}`,
    };
    for (const [what, xml] of Object.entries(hostile)) {
      it(`is quick about ${what}`, async function () {
        this.timeout(20_000);
        const spentMs = await cpuTimeMs(() => guardXml(xml, xmlLimits));
        assert.ok(spentMs < 2_500, `took ${spentMs.toFixed(0)} ms`);
      });
    }
  });

  describe('ids', () => {
    it('knows the line of each id of BPMN and of the diagram, and of no extension', () => {
      const xml = `${root}
        <b:message id="m"
          name="over two lines" />
        <!-- <b:message id="no" /> -->
        <b:process id="p"><b:extensionElements><x:y xmlns:x="urn:x" id="extension" /></b:extensionElements>
          <b:task id="t" /></b:process>
        <i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" id="diagram" />${close}`;
      const expected = { d: 1, m: 2, p: 5, t: 6, diagram: 7 };
      assert.deepEqual(Object.fromEntries(guardXml(xml, xmlLimits).lineById), expected);
    });

    it('reports a repeated id with both lines', () => {
      const result = guardXml(`${root}\n<b:message id="m"/>\n\n<b:signal id="m"/>${close}`, xmlLimits);
      assert.deepEqual(result.findings, [
        {
          code: 'duplicate-id',
          line: 4,
          elementId: 'm',
          message: 'Expected each id once but found m in line 2 and in line 4.',
        },
      ]);
    });

    for (const id of ['1a', 'Prüfung', 'a b', '', 'a:b', '__proto__', 'constructor']) {
      it(`reports "${id}" as no id`, () => {
        const { found } = findings(`${root}\n<b:message id="${id}"/>${close}`);
        assert.deepEqual(
          found.map(({ code, line }) => ({ code, line })),
          [{ code: 'invalid-id', line: 2 }],
        );
      });
    }

    it('reports ids and names that are too long', () => {
      const long = 'x'.repeat(1001);
      const xml = `${root}\n<b:message id="${long}"/>\n<b:signal id="s" name="${long}"/>${close}`;
      const { passed, found } = findings(xml);
      assert.equal(passed, true);
      assert.deepEqual(
        found.map(({ code, line }) => ({ code, line })),
        [
          { code: 'text-too-long', line: 2 },
          { code: 'text-too-long', line: 3 },
        ],
      );
    });

    const said = (inside: string) =>
      guardXml(`${root}\n${inside}${close}`, xmlLimits).findings.map(
        ({ line, elementId, message }) => `${line} ${elementId}: ${message}`,
      );
    /** Every attribute of BPMN of that type, on an element that has it. */
    const attributesOfType = (type: string) =>
      new BpmnModdle()
        .getPackage('bpmn')
        .types.flatMap(({ name, properties = [] }) =>
          properties
            .filter((property) => property.isAttr && property.type === type)
            .map(
              (property) =>
                [name.charAt(0).toLowerCase() + name.slice(1), property.name.replace(/^bpmn:/, '')] as const,
            ),
        );

    for (const [tag, name] of attributesOfType('Boolean')) {
      it(`takes every form of xsd:boolean for ${name} of ${tag}, and reports what is none`, () => {
        for (const form of ['true', 'false', '1', '0', ' true ', '&#49;'])
          assert.deepEqual(said(`<b:${tag} id="x" ${name}="${form}" />`), []);
        for (const none of ['yes', 'TRUE', '2', '', 'constructor'])
          assert.deepEqual(said(`<b:${tag} id="x" ${name}="${none}" />`), [
            `2 x: Expected the ${name} of ${tag} x to be true or false but found "${none}".`,
          ]);
      });
    }

    for (const [tag, name] of attributesOfType('Integer')) {
      it(`takes every form of xsd:integer for ${name} of ${tag}, and reports what is none`, () => {
        for (const form of ['1', '+2', '-3', '007', ' 4 ', '&#49;'])
          assert.deepEqual(said(`<b:${tag} id="x" ${name}="${form}" />`), []);
        for (const none of ['1.5', '1e1', '0x10', '1 2', 'many', '', '１'])
          assert.deepEqual(said(`<b:${tag} id="x" ${name}="${none}" />`), [
            `2 x: Expected the ${name} of ${tag} x to be a whole number but found "${none}".`,
          ]);
      });
    }

    it('tells where the element stands that has no id', () => {
      const loop = '<b:standardLoopCharacteristics loopMaximum="2.9" />';
      assert.deepEqual(said(`<b:task id="x"><b:incoming />\n${loop}</b:task>`), [
        '3 x: Expected the loopMaximum of standardLoopCharacteristics of task x to be a whole number but found "2.9".',
      ]);
    });
  });
});
