import type { MonoTypeOperatorFunction } from 'rxjs';
import { ConnectionError } from '../errors';
import { decodeEvent } from '../events/decode';
import { hasEnded } from '../events/kinds';
import { operator } from '../operator';
import type { Told } from './watch';

/**
 * Of a run that was replied to, the turn that begins after a position: up to the one after it, or to
 * the end of the log. A log that is closed before it began is an error: it will be opened again.
 *
 * @param ended whether the turn before the first entry that is told had ended.
 */
export const turnAfter = (pos: number, ended = false): MonoTypeOperatorFunction<Told> =>
  operator((subscriber) => {
    let hasBegun = false;
    return {
      next: (told) => {
        if (told.type === 'end') {
          if (hasBegun || told.end !== 'ended') return subscriber.next(told);
          return subscriber.error(new ConnectionError('the log was closed before the turn began'));
        }
        let first = hasBegun ? 0 : told.entries.length;
        for (const [index, entry] of told.entries.entries()) {
          const wasEnded = ended;
          ended = hasEnded(ended, decodeEvent(entry.data));
          if (!wasEnded || ended || entry.pos <= pos) continue;
          if (hasBegun) {
            const entries = told.entries.slice(first, index);
            if (entries.length > 0) subscriber.next({ ...told, entries });
            subscriber.next({ type: 'end', end: 'ended' });
            return subscriber.complete();
          }
          hasBegun = true;
          first = index;
        }
        const entries = told.entries.slice(first);
        if (entries.length > 0) subscriber.next({ ...told, entries });
      },
    };
  });
