import type { MonoTypeOperatorFunction } from 'rxjs';
import { ConnectionError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import type { Cursor } from './Cursor';
import type { Seen } from './Seen';
import type { Tally } from './Tally';
import type { Turn } from './trim';

/**
 * Passes on what a server tells that goes on from a cursor: all of it is new. But what begins with
 * an event that was delivered does not follow the cursor, and is an error that a repeat mends,
 * without one.
 *
 * Where one turn was asked for, it completes when another begins, as {@link trim} does.
 *
 * @param seen what was delivered, and takes note of what is passed on.
 * @param told the connection's own count, one event ahead: it has seen each event that comes here.
 */
export const following = (
  seen: Seen,
  told: Pick<Tally, 'ended'>,
  turn: Turn,
  cursor: Cursor,
): MonoTypeOperatorFunction<RunEvent> =>
  operator((subscriber) => ({
    next: (event) => {
      if (cursor.isKnown(event)) {
        cursor.distrust();
        subscriber.error(new ConnectionError('what was to follow had been delivered'));
      } else if (turn !== 'first' && seen.ended && !told.ended) {
        subscriber.complete();
      } else {
        seen.note(event);
        subscriber.next(event);
      }
    },
  }));
