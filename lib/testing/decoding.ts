import { concatAll, defer, filter, map, tap, type OperatorFunction } from 'rxjs';
import { decodeEvent, isMarker } from '../events/decode';
import { isTerminal } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { frames } from '../stream/frames';

/**
 * Bytes into events, as a client without healing sees them: an end marker after an ending adds
 * nothing [wire §3], and half a frame is none.
 */
export const decoding = (): OperatorFunction<Uint8Array, RunEvent> => (bytes) =>
  defer(() => {
    let hasEnded = false;
    return bytes.pipe(
      frames(),
      concatAll(),
      filter(({ data }) => !(hasEnded && isMarker(data))),
      map(({ data, torn }) => ({ event: decodeEvent(data), torn })),
      filter(({ event, torn }) => !(torn && event.type === 'malformed')),
      map(({ event }) => event),
      tap((event) => (hasEnded ||= isTerminal(event))),
    );
  });
