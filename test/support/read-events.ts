import assert from 'node:assert/strict';
import { streamBlocks } from '../../src/client/event-stream.js';
import { cloudEvent } from '../../src/contract/events.js';

/** How long a test waits for an event. */
const readWithinMs = 25_000;

/** A stream of events that a test reads. */
export interface ReadStream {
  readonly response: Response;
  /** The id that the client would come back with. */
  readonly lastEventId: string | undefined;
  /** Reads until so many events have come; each is held to the contract. */
  read(count: number): Promise<readonly ToldEvent[]>;
  /** Reads blocks that tell no event. */
  readPlace(): Promise<void>;
  /** Whether the server ends it in order, with nothing told before. */
  ends(): Promise<boolean>;
  /** Reads until the server ends it in order, and no event is told before. */
  untilEnd(): Promise<void>;
  close(): Promise<void>;
}

export type ToldEvent = ReturnType<typeof cloudEvent.parse>;

/** Opens a stream of events. */
export async function openEvents(
  url: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadStream> {
  const controller = new AbortController();
  const late = setTimeout(() => controller.abort(), 2 * readWithinMs);
  const response = await fetch(`${url}/v1/events${query}`, { headers, signal: controller.signal });
  assert.equal(response.status, 200, `${response.status}: ${response.ok ? '' : await response.text()}`);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.ok(response.body);
  const blocks = streamBlocks(response.body);
  let lastEventId: string | undefined;
  const next = async () => {
    const { value, done } = await blocks.next();
    if (done === true) return undefined;
    lastEventId = value.id ?? lastEventId;
    return value;
  };
  const first = await next();
  assert.equal(first?.data, undefined, 'Expected the stream to begin with its place.');
  return {
    response,
    get lastEventId() {
      return lastEventId;
    },
    async read(count) {
      const events: ToldEvent[] = [];
      while (events.length < count) {
        const block = await next();
        assert.ok(block, `Expected ${count} events but found the end after ${events.length}.`);
        if (block.data === undefined) continue;
        const event = cloudEvent.parse(JSON.parse(block.data));
        assert.equal(event.id, block.id);
        events.push(event);
      }
      return events;
    },
    async readPlace() {
      const block = await next();
      assert.ok(block && block.data === undefined && block.id !== undefined, JSON.stringify(block));
    },
    async ends() {
      return (await next()) === undefined;
    },
    async untilEnd() {
      for (let block = await next(); block !== undefined; block = await next())
        assert.equal(block.data, undefined, 'Expected no event before the end.');
    },
    async close() {
      clearTimeout(late);
      controller.abort();
      await blocks.return(undefined).catch(() => undefined);
    },
  };
}
