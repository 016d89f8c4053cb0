import type { z } from 'zod';
import { streamEvents } from '../../contract/events.js';
import type { EventTypeName } from '../../contract/event-types.js';
import type { EventFilter } from '../../events/event-filter.js';
import { EventsGone, UnknownPosition } from '../../events/event-hub.js';
import { type EventPosition, parsePosition } from '../../events/event-position.js';
import type { EventSubscription } from '../../events/event-subscription.js';
import type { EventType } from '../../events/event-type.js';
import type { RequestContext } from '../../runtime/runtime.js';
import { eventsInReach } from '../../events/events-in-reach.js';
import { route, type Services, streamed } from '../handler.js';
import { refuse } from '../respond/refusal.js';
import { writeEvents } from '../write-events.js';

/** Every type of event is in the contract, and no other: otherwise this does not compile. */
type Same<A extends B, B> = A;
export type EveryTypeIsDocumented = [Same<EventType, EventTypeName>, Same<EventTypeName, EventType>];

type Query = z.output<typeof streamEvents.request.query>;

export const eventRoutes = [
  route(streamEvents, ({ query, headers, context, onCallerGone, openStream }, services) =>
    services.waitingRoom.during(onCallerGone, async (signal) => {
      const place = placeOf(headers['last-event-id'], query.lastEventId);
      const subscription = await subscribed(services, filterOf(query, context), place);
      const close = (): void => subscription.close();
      if (signal.aborted) close();
      signal.addEventListener('abort', close);
      const out = openStream();
      try {
        const { clock, eventSource: source } = services;
        const ending = await writeEvents(subscription, out, { clock, source });
        if (ending === 'dropped') {
          services.logger.info(
            { actor: context.actor },
            'a stream of events was cut off: its reader takes nothing',
          );
          out.drop();
        } else out.end();
      } catch (error) {
        // The client comes again with the last id.
        services.logger.warn({ err: error }, 'a stream of events was cut off');
        out.drop();
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
      return streamed;
    }),
  ),
];

async function subscribed(
  { eventHub }: Services,
  filter: EventFilter,
  place: Place | undefined,
): Promise<EventSubscription> {
  try {
    return await eventHub.subscribe(filter, place?.position);
  } catch (error) {
    if (error instanceof EventsGone) {
      const detail =
        'Expected a position whose events are all there but found one before events that have been removed.';
      throw refuse('events-gone', detail);
    }
    if (error instanceof UnknownPosition) throw noPosition('one that no event has had', place?.path);
    throw error;
  }
}

/** Where the client says that the stream is to begin, and where in its request it says so. */
interface Place {
  readonly path: string;
  readonly position: EventPosition;
}

function placeOf(header: string | undefined, query: string | undefined): Place | undefined {
  const [text, path] = header ? [header, 'header.last-event-id'] : [query, 'query.lastEventId'];
  if (text === undefined || text === '') return undefined;
  const position = parsePosition(text);
  if (position === undefined) throw noPosition(JSON.stringify(text), path);
  return { path, position };
}

function noPosition(found: string, path = 'header.last-event-id') {
  const message = `Expected the id of an event of this server but found ${found}.`;
  return refuse('validation-failed', message, { errors: [{ path, message }] });
}

function filterOf(query: Query, { tenantId, reach }: RequestContext): EventFilter {
  const { type, processInstanceId, processDefinitionId, bpmnProcessId, businessKey } = query;
  return {
    tenantId,
    ...(type === undefined ? {} : { types: type }),
    ...(processInstanceId === undefined ? {} : { processInstanceIds: processInstanceId }),
    ...(processDefinitionId === undefined ? {} : { processDefinitionIds: processDefinitionId }),
    ...(bpmnProcessId === undefined ? {} : { bpmnProcessIds: bpmnProcessId }),
    ...(businessKey === undefined ? {} : { businessKeys: businessKey }),
    ...(reach === undefined ? {} : { mayBeSeen: eventsInReach(reach) }),
  };
}
