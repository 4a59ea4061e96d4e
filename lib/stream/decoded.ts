import { defer, map, type OperatorFunction } from 'rxjs';
import { isMarker } from '../events/decode';
import { decoder } from '../events/decoder';
import type { RunEvent } from '../events/RunEvent';
import type { Frame } from './frames';

/** The end marker, told from a `done` by being this very event. [wire §3] */
export const MARKER: RunEvent = Object.freeze({ type: 'done' });

/**
 * Frames into events, as they come. Half a JSON object is never one, so a torn frame that is an
 * event was all there, and one that is none is dropped.
 */
export const decoded = (): OperatorFunction<readonly Frame[], readonly RunEvent[]> => (frames$) =>
  defer(() => {
    const decode = decoder();
    const eventOf = ({ data }: Frame): RunEvent => (isMarker(data) ? MARKER : decode(data));
    return frames$.pipe(
      map((frames) => {
        const events = frames.map(eventOf);
        const { torn } = frames.at(-1)!;
        return torn && events.at(-1)!.type === 'malformed' ? events.slice(0, -1) : events;
      }),
    );
  });
