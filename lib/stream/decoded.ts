import type { OperatorFunction } from 'rxjs';
import { isMarker } from '../events/decode';
import { decoder } from '../events/decoder';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import type { Frame } from './frames';

/** The end marker, told from a `done` by being this very event. [wire §3] */
export const MARKER: RunEvent = Object.freeze({ type: 'done' });

/**
 * Frames into events, together as they come. Half a JSON object is never one, so a torn frame that
 * is an event was all there, and one that is none is dropped.
 */
export const decoded = (): OperatorFunction<readonly Frame[], readonly RunEvent[]> =>
  operator((subscriber) => {
    const decode = decoder();
    return {
      next: (frames) => {
        const events: RunEvent[] = [];
        for (const { data, torn } of frames) {
          const event = isMarker(data) ? MARKER : decode(data);
          if (!torn || event.type !== 'malformed') events.push(event);
        }
        subscriber.next(events);
      },
    };
  });
