import type { Channel } from '../../../platform/channels/channel.js';
import type { Logger } from '../../../platform/logger.js';
import type { RequestContext, Runtime } from '../../../runtime/runtime.js';
import type { JourneyFinder } from '../find-journeys.js';
import type { SingleFlight } from '../single-flight.js';
import type { CallPlace } from './call-place.js';

/** What the answers to a call are made with. */
export interface Line {
  readonly channel: Channel;
  readonly runtime: Pick<Runtime, 'queries' | 'waitingSteps' | 'chooseAtStep'>;
  readonly finder: JourneyFinder;
  /** Of this channel. */
  readonly context: RequestContext;
  readonly flights: SingleFlight;
  readonly logger: Logger;
  /** Where the provider posts next. */
  addressOf(place: CallPlace): string;
}
