import type { OperatorFunction } from 'rxjs';
import { isMarker } from '../events/decode';
import { decoder } from '../events/decoder';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import type { Frame } from './frames';

/** The end marker, told from a `done` by being this very event. [wire §3] */
export const MARKER: RunEvent = Object.freeze({ type: 'done' });

/**
 * What a relay tells a browser's own `EventSource` with, which sees no headers: that it begins anew
 * and does not go on from where that broke off. It is no event of the run.
 */
const RESET = 'reset';

/**
 * Frames into events, together as they come. Half a JSON object is never one, so a torn frame that
 * is an event was all there, and one that is none is dropped.
 *
 * @param onId told of the id that an event came with, before the event is passed on. That of a torn
 *   frame may be half of one.
 */
export const decoded = (
  onId: (event: RunEvent, id: string) => void = () => {},
): OperatorFunction<readonly Frame[], readonly RunEvent[]> =>
  operator((subscriber) => {
    const decode = decoder();
    return {
      next: (frames) => {
        const events: RunEvent[] = [];
        for (const { data, torn, id, event: name } of frames) {
          if (name === RESET) continue;
          const event: RunEvent = isMarker(data) ? MARKER : decode(data);
          if (!torn || event.type !== 'malformed') events.push(event);
          // The marker is the same for all streams.
          if (id !== undefined && !torn && event !== MARKER) onId(event, id);
        }
        subscriber.next(events);
      },
    };
  });
