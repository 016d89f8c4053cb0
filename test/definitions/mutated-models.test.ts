import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { diagnosticCodes } from '../../src/definitions/index.js';
import type { ReadModelResult } from '../../src/definitions/index.js';
import { deploy, load } from '../support/read-model.js';

const models = new URL('../conformance/models/', import.meta.url);
const seed = Number(process.env.TEST_SEED ?? 20260101);

/** Mulberry32: a small generator of numbers from 0 to 1 that are the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Mutation = (xml: string, pick: (count: number) => number) => string;

const swapTokens =
  (pattern: RegExp): Mutation =>
  (xml, pick) => {
    const tokens = xml.match(pattern) ?? [''];
    const wanted = tokens[pick(tokens.length)] ?? '';
    const given = tokens[pick(tokens.length)] ?? '';
    return xml.replace(wanted, () => given);
  };

const mutations: readonly Mutation[] = [
  (xml, pick) => withLines(xml, (lines) => lines.splice(pick(lines.length), 1)),
  (xml, pick) =>
    withLines(xml, (lines) => lines.splice(pick(lines.length), 0, lines[pick(lines.length)] ?? '')),
  (xml, pick) => {
    const at = pick(xml.length);
    return xml.slice(0, at) + xml.slice(at + 1 + pick(5));
  },
  swapTokens(/"[^"]*"/g),
  swapTokens(/<bpmn:\w+/g),
  swapTokens(/ \w+="/g),
];

function withLines(xml: string, change: (lines: string[]) => unknown): string {
  const lines = xml.split('\n');
  change(lines);
  return lines.join('\n');
}

function assertSound(result: ReadModelResult): void {
  for (const { code, severity, message } of result.diagnostics) {
    assert.ok(Object.hasOwn(diagnosticCodes, code));
    assert.ok(message.length > 10 && message.length < 1_000, message);
    assert.ok(!result.ok || severity !== 'error');
  }
  if (!result.ok) {
    assert.ok(result.diagnostics.some((it) => it.severity === 'error'));
    return;
  }
  for (const { process: executable } of result.processes) {
    for (const node of executable.elements.values()) {
      assert.equal(executable.elements.get(node.id), node);
      for (const flow of node.outgoing) {
        assert.equal(flow.source, node);
        assert.equal(executable.elements.get(flow.target.id), flow.target);
        assert.ok(flow.target.incoming.includes(flow));
        assert.equal(flow.target.parentId, node.parentId);
      }
      if (node.type === 'boundaryEvent') assert.ok(node.attachedTo.boundaryEvents.includes(node));
    }
  }
}

describe('mutated models', () => {
  it(`are taken or refused, never half of it and never with an exception (seed ${seed})`, async function () {
    this.timeout(30_000);
    const random = randomFrom(seed);
    const pick = (count: number) => Math.floor(random() * count);
    const files: string[] = [];
    for (const file of readdirSync(models).filter((name) => name.endsWith('.bpmn'))) {
      const xml = readFileSync(new URL(file, models), 'utf8');
      if ((await deploy(xml)).ok) files.push(xml);
    }
    const verdicts = { taken: 0, refused: 0 };
    for (let round = 0; round < 300; round += 1) {
      let xml = files[pick(files.length)] ?? '';
      for (let steps = 1 + pick(2); steps > 0; steps -= 1) {
        xml = mutations[pick(mutations.length)]?.(xml, pick) ?? xml;
      }
      const result = await deploy(xml);
      assertSound(result);
      assertSound(await load(xml));
      verdicts[result.ok ? 'taken' : 'refused'] += 1;
    }
    assert.ok(verdicts.taken > 20 && verdicts.refused > 50, JSON.stringify(verdicts));
  });
});
