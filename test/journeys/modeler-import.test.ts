import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, it } from 'mocha';
import { useBrowser } from '../console/use-browser.js';

const folder = new URL('../../processes/', import.meta.url);
const models = readdirSync(folder).filter((name) => name.endsWith('.bpmn'));
const { resolve } = createRequire(import.meta.url);
const assets = ['diagram-js.css', 'bpmn-js.css'].map((name) => resolve(`bpmn-js/dist/assets/${name}`));

/** What a modeler says about a file, and what it then draws. */
interface Opened {
  readonly warnings: readonly string[];
  readonly elements: readonly string[];
  /** Labels that break words, or need more lines than the box in the file has. */
  readonly misfits: readonly string[];
  readonly saved: string;
}

/** Runs in the page. */
const openInModeler = `async (xml) => {
  const modeler = new BpmnJS({ container: '#canvas' });
  const { warnings } = await modeler.importXML(xml);
  const elements = modeler.get('elementRegistry').filter((element) => element.type !== 'label' && element.parent);
  const { xml: saved } = await modeler.saveXML({ format: true });
  const misfits = modeler.get('elementRegistry').filter(({ type }) => type === 'label').flatMap((label) => {
    const lines = [...modeler.get('canvas').getGraphics(label).querySelectorAll('tspan')].map((line) => line.textContent.trim());
    const { name } = label.businessObject;
    const room = Math.round(label.di.label.bounds.height / 13.5);
    return lines.join(' ') === name && lines.length <= room ? [] : [name + ': ' + lines.join(' / ') + ' in ' + room];
  });
  return { warnings: warnings.map(({ message }) => message), elements: elements.map(({ id }) => id), misfits, saved };
}`;

describe("a modeler's importer", function () {
  this.timeout(30_000);
  const watched = useBrowser();

  const open = async (xml: string): Promise<Opened> => {
    const { page } = watched();
    await page.setContent('<div id="canvas" style="width: 1200px; height: 800px"></div>');
    for (const path of assets) await page.addStyleTag({ path });
    await page.addScriptTag({ path: resolve('bpmn-js/dist/bpmn-modeler.production.min.js') });
    return page.evaluate(`(${openInModeler})(${JSON.stringify(xml)})`);
  };

  for (const name of models) {
    it(`opens ${name} without a warning, draws all of it, and its labels fit`, async () => {
      const xml = await readFile(new URL(name, folder), 'utf8');
      const opened = await open(xml);
      assert.deepEqual(opened.warnings, []);
      const drawn = [...xml.matchAll(/bpmnElement="([^"]+)"/g)].map(([, id]) => id);
      assert.deepEqual(drawn.filter((id) => !opened.elements.includes(String(id))).slice(1), []);
      assert.deepEqual(opened.misfits, []);
      assert.deepEqual(watched().troubles, []);
      // What the modeler writes is what it has read.
      assert.deepEqual([...(await open(opened.saved)).elements].sort(), [...opened.elements].sort());
    });
  }

  it('does warn of a file that has something wrong', async () => {
    const [name = ''] = models;
    const xml = await readFile(new URL(name, folder), 'utf8');
    const { warnings } = await open(xml.replace(/bpmnElement="[^"]+_received"/, 'bpmnElement="nothing"'));
    assert.notDeepEqual(warnings, []);
  });
});
