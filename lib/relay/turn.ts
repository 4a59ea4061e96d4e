import {
  concat,
  concatMap,
  debounceTime,
  defer,
  ignoreElements,
  last,
  map,
  of,
  take,
  takeWhile,
  timeout,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { ConnectionError } from '../errors';
import { decodeEvent } from '../events/decode';
import { hasEnded } from '../events/kinds';
import { START } from '../log/follow';
import type { Mark, RunLog } from '../log/RunLog';
import { operator } from '../operator';
import type { Opened } from './viewers';
import type { Told } from './watch';

/**
 * Of a run that was replied to, the turn that begins after a position: up to the one after it, or to
 * the end of the log. A log that is closed before it began is an error: it will be opened again.
 *
 * @param pos undefined where the turn begins with the first entry that is told.
 * @param ended whether the turn before the first entry that is told had ended.
 */
export const turnAfter = (pos: number | undefined, ended = false): MonoTypeOperatorFunction<Told> =>
  operator((subscriber) => {
    let hasBegun = pos === undefined;
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
          if (!wasEnded || ended || entry.pos <= (pos ?? 0)) continue;
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

/** A turn in a log: which one it is, from 1, and behind what it begins. */
export interface TurnMark {
  readonly number: number;
  readonly after: Mark | undefined;
}

/** The last turn that has begun in a log, up to a place in it. */
export const lastTurn = (log: RunLog, run: string, at: Mark): Observable<TurnMark> =>
  defer(() => {
    let turn: TurnMark = { number: 1, after: undefined };
    let before: Mark | undefined;
    let ended = false;
    if (at.pos === 0) return of(turn);
    return log.read(run).pipe(
      map((reading) => {
        if (reading.type !== 'entries') return true;
        for (const { data, ...mark } of reading.entries) {
          if (mark.pos > at.pos) break;
          const wasEnded = ended;
          ended = hasEnded(ended, decodeEvent(data));
          if (wasEnded && !ended) turn = { number: turn.number + 1, after: before };
          before = mark;
        }
        return before !== undefined && before.pos >= at.pos;
      }),
      takeWhile((isRead) => !isRead, true),
      last(undefined, true),
      map(() => turn),
    );
  });

/** Milliseconds in which a run that is only now being read tells what it has said so far. */
const SETTLING = 100;
const MOST_SETTLING = 1_000;

/**
 * The turn that a run is at, from its beginning. Of one that nothing was kept of until now, the API
 * tells the whole history first, and not where that ends: it is taken to be over when no more comes
 * for a moment.
 */
export const currentTurn = (log: RunLog, run_id: number, told: Opened['told']) => {
  const run = String(run_id);
  const settled = defer(() => told()).pipe(
    debounceTime(SETTLING),
    timeout({ first: MOST_SETTLING, with: () => of(undefined) }),
    take(1),
    ignoreElements(),
  );
  return defer(() => log.stat(run)).pipe(
    concatMap((stat) =>
      stat !== undefined && (stat.at.pos > 0 || stat.end !== undefined)
        ? of(stat)
        : concat(
            settled,
            defer(() => log.stat(run)),
          ),
    ),
    concatMap((stat) =>
      lastTurn(log, run, stat?.at ?? START).pipe(
        map(({ number, after }) => ({
          number,
          isOver: stat?.end === 'ended',
          isShut: stat?.end !== undefined && stat.end !== 'ended',
          told: () => told({ after }).pipe(turnAfter(undefined)),
        })),
      ),
    ),
  );
};
