import { concat, map, of, type Observable } from 'rxjs';
import { encodeEvent } from '../events/encode';
import type { RunEvent } from '../events/RunEvent';
import type { Told } from './watch';

/**
 * A stream that is told to one viewer, past any log: without positions, so without cursors. What it
 * is told is kept nowhere.
 *
 * ```
 * events:  --a--b---|
 * direct:  --a--b---(e|)    a, b: entries of one event, e: the end
 * ```
 *
 * One that breaks off is an error, as of a log that cannot be read.
 */
export const direct = (events: Observable<RunEvent>): Observable<Told> =>
  concat(
    events.pipe(
      map((event): Told => {
        const entry = { pos: 0, fingerprint: '', data: encodeEvent(event) };
        return { type: 'entries', gen: '', entries: [entry] };
      }),
    ),
    of<Told>({ type: 'end', end: 'ended' }),
  );
