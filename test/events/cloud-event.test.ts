import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cloudEventWriter } from '../../src/events/cloud-event.js';
import type { PublicEvent } from '../../src/events/public-event.js';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const maybe = fc.option(text, { nil: undefined });
const entries = fc.record(
  {
    sequence: fc.nat(),
    tenantId: text,
    processInstanceId: fc.oneof(fc.constant(''), text),
    processDefinitionId: text,
    at: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
    traceparent: text,
    command: fc.constant('startProcessInstance'),
    events: fc.constant([]),
    bpmnProcessId: text,
    businessKey: text,
    isRemoved: fc.constant(false),
  },
  {
    requiredKeys: [
      ...(['sequence', 'tenantId', 'processInstanceId', 'processDefinitionId', 'at'] as const),
      ...(['command', 'events', 'isRemoved'] as const),
    ],
  },
);
const events: fc.Arbitrary<readonly PublicEvent[]> = fc
  .array(entries, { minLength: 1, maxLength: 3 })
  .chain((known) =>
    fc.array(
      fc.record({
        type: fc.constantFrom('process-instance.started', 'user-task.created'),
        entry: fc.constantFrom(...known),
        index: fc.nat(999_999),
        subject: text,
        data: fc.dictionary(text, fc.oneof(maybe, fc.integer(), fc.array(text))),
      }),
      { maxLength: 6 },
    ),
  );

describe('the text of an event', () => {
  it('is the event as JSON, with the attributes of its own entry and no others', () => {
    fc.assert(
      fc.property(events, text, (told, source) => {
        const write = cloudEventWriter(source);
        for (const event of told) {
          const { id, json } = write(event);
          assert.equal(json, JSON.stringify(expected(event, source, id)));
        }
      }),
      { seed: 20_261_122 },
    );
  });
});

function expected({ entry, index, type, subject, data }: PublicEvent, source: string, id: string) {
  const isOfInstance = entry.processInstanceId !== '';
  return {
    specversion: '1.0',
    id,
    source,
    type: `io.throughline.${type}`,
    subject,
    time: new Date(entry.at).toISOString(),
    datacontenttype: 'application/json',
    tenantid: entry.tenantId,
    sequence: `${String(entry.sequence).padStart(16, '0')}-${String(index).padStart(6, '0')}`,
    processinstanceid: isOfInstance ? entry.processInstanceId : undefined,
    processdefinitionid: isOfInstance ? entry.processDefinitionId : undefined,
    bpmnprocessid: entry.bpmnProcessId,
    businesskey: entry.businessKey,
    traceparent: entry.traceparent,
    data,
  };
}
