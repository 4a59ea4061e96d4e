import { concatAll, defer, filter, tap, type OperatorFunction } from 'rxjs';
import { isTerminal } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { decoded, MARKER } from '../stream/decoded';
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
      decoded(),
      concatAll(),
      filter((event) => !(hasEnded && event === MARKER)),
      tap((event) => (hasEnded ||= isTerminal(event))),
    );
  });
