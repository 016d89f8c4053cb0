import type { z } from 'zod';
import { type cloudEvent, streamEvents } from '../contract/events.js';
import { type ClientClock, machineClock } from './client-clock.js';
import type { ClientOptions } from './create-client.js';
import { ProblemError, UnexpectedAnswer } from './errors.js';
import { streamBlocks } from './event-stream.js';
import { httpRequestOf } from './http-request.js';
import { refusalOf } from './send-once.js';
import { wait } from './wait.js';

/** What happened: CloudEvents 1.0. */
export type StreamedEvent = z.output<typeof cloudEvent>;

type OneOrMore = string | readonly string[];

/** Which events are wanted: all that is given has to hold, of each list one. */
export interface EventRequest {
  /** Such as `user-task.created`, or `process-instance.*`. */
  readonly type?: OneOrMore;
  readonly processInstanceId?: OneOrMore;
  readonly processDefinitionId?: OneOrMore;
  readonly bpmnProcessId?: OneOrMore;
  readonly businessKey?: OneOrMore;
  /** The id of the last event that was had; default: from now on. */
  readonly lastEventId?: string;
}

/** How one caller follows them. */
export interface FollowOptions {
  /** Ends it: the iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called whenever a connection has been made: what happens from the first time on will be told. */
  readonly opened?: () => void;
}

/** The server sends something every 15 s. */
const silentMs = 45_000;

const retryMsDefault = 2_000;

/** Answers that are worth another try. */
const passing: readonly number[] = [429, 502, 503, 504];

/**
 * What happens, for as long as it is asked for. A connection that is lost is made again behind the last event, on any node: nothing is
 * missed, and an event may come twice, with the same `id`.
 * @throws ProblemError when the server refuses, such as `events-gone`, UnexpectedAnswer, and the signal's reason.
 */
export async function* followEvents(
  options: ClientOptions,
  { lastEventId, ...filter }: EventRequest,
  { signal, opened }: FollowOptions = {},
): AsyncGenerator<StreamedEvent> {
  const { clock = machineClock, random = Math.random } = options;
  const request = httpRequestOf(streamEvents, { query: filter }, { ...options, idempotencyKey: false });
  request.headers.set('accept', 'text/event-stream');
  let last = lastEventId;
  let retryMs = retryMsDefault;
  for (;;) {
    signal?.throwIfAborted();
    if (last !== undefined) request.headers.set('last-event-id', last);
    const silence = watchSilence(clock, signal);
    try {
      const { url, method, headers } = request;
      const response = await (options.fetch ?? fetch)(url, {
        ...{ method, headers, redirect: 'manual', signal: silence.signal },
      });
      if (!response.ok || response.body === null) {
        throw refusalOf(streamEvents.operationId, response, await response.text());
      }
      // The connection is ended below. Were it canceled here, a loss at the moment in which the caller leaves would look like one that is to be made up for.
      const chunks = response.body.values({ preventCancel: true });
      let isOpen = false;
      for await (const block of streamBlocks(silence.watched(chunks))) {
        // The stream begins at the place that its first lines name.
        if (!isOpen) opened?.();
        isOpen = true;
        retryMs = block.retryMs ?? retryMs;
        if (block.data !== undefined) yield JSON.parse(block.data) as StreamedEvent;
        // After it was taken: who ends here and goes on by the id has had it.
        last = block.id ?? last;
      }
    } catch (error) {
      signal?.throwIfAborted();
      const isAnswer = error instanceof ProblemError || error instanceof UnexpectedAnswer;
      if (isAnswer && !passing.includes(error.status)) throw error;
    } finally {
      silence.end();
    }
    await wait(clock, retryMs * (0.5 + random()), signal);
  }
}

/** Ends a connection over which nothing comes any more. */
function watchSilence(clock: ClientClock, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  const arm = () => clock.setTimer(clock.now() + silentMs, () => controller.abort());
  let timer = arm();
  signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    async *watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        timer.cancel();
        timer = arm();
        yield chunk;
      }
    },
    end() {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      controller.abort();
    },
  };
}
