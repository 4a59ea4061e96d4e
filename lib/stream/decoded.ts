import type { OperatorFunction } from 'rxjs';
import { isMarker } from '../events/decode';
import { decoder } from '../events/decoder';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import type { Frame } from './frames';

/** The end marker, told from a `done` by being this very event. [wire §3] */
export const MARKER: RunEvent = Object.freeze({ type: 'done' });

/**
 * Frames into events. Half a JSON object is never one, so a torn frame that is an event was all
 * there, and one that is none is dropped.
 */
export const decoded = (): OperatorFunction<Frame, RunEvent> =>
  operator((subscriber) => {
    const decode = decoder();
    return {
      next: ({ data, torn }) => {
        const event = isMarker(data) ? MARKER : decode(data);
        if (!torn || event.type !== 'malformed') subscriber.next(event);
      },
    };
  });
