import assert from 'node:assert/strict';
import { diagnosticCodes } from '../../src/definitions/index.js';
import type { ReadModelResult } from '../../src/definitions/index.js';
import { nameLengthMax } from '../../src/definitions/xml/xml-limits.js';

/** What a message may have of a file is little. */
const messageLengthMax = 3 * nameLengthMax;

/** What holds for every answer to every file: it is taken whole or refused with reasons that stand in the file. */
export function assertSoundResult(xml: string, result: ReadModelResult): void {
  const lines = xml.split('\n').length;
  for (const { code, severity, message, line, elementId } of result.diagnostics) {
    assert.ok(Object.hasOwn(diagnosticCodes, code), code);
    assert.ok(message.length > 10 && message.length < messageLengthMax, message);
    assert.ok(!message.includes('undefined') || xml.includes('undefined'), message);
    assert.ok(!message.includes('[object'), message);
    assert.ok(line === undefined || (line >= 1 && line <= lines), `${message} in line ${line} of ${lines}`);
    assert.ok(elementId !== '', message);
    assert.ok(!result.ok || severity !== 'error');
  }
  if (!result.ok) {
    assert.ok(result.diagnostics.some((it) => it.severity === 'error'));
    return;
  }
  assert.ok(result.processes.length > 0);
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
