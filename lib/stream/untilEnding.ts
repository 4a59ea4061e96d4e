import { Observable, Subscription, timer, type OperatorFunction } from 'rxjs';
import { ConnectionError } from '../errors';
import { isInfrastructure } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { inner } from '../operator';
import { MARKER } from './decoded';
import type { Notes } from './Tally';

/** The longest wait between two questions whether a run is over, in milliseconds. */
const LONGEST = 30_000;

/**
 * A connection's events, up to the run's ending: the end marker, the end of the body after a
 * terminal event, or silence for `linger` milliseconds after one (a server need not hang up; its
 * housekeeping is silence).
 *
 * Where a run was joined, only the body's end and a silence do, and only if `isOver` agrees: there
 * may be a next turn that has not begun, and the history may be cut between two turns. It is asked
 * after `linger` milliseconds, then after twice as many, and so on; with a linger of 0, once.
 *
 * At the marker the subscriber is done, but the body is left those milliseconds to end by itself: a
 * connection that is torn off cannot serve the next request, and a new one costs its handshakes.
 *
 * What follows a terminal event still arrives: metrics, or the next turn of a replayed history,
 * which takes the ending back. A body that ends before its ending is a {@link ConnectionError} with
 * the code `CUT`, never a completion.
 */
export const untilEnding =
  (
    notes: Notes,
    linger: number,
    isOver?: () => Observable<boolean>,
  ): OperatorFunction<readonly RunEvent[], RunEvent> =>
  (events$) =>
    new Observable((subscriber) => {
      let { ended } = notes; // of a stream that goes on from there
      let isMarked = false;
      let asking = Subscription.EMPTY;

      const ask = (otherwise: () => void): void => {
        if (isOver === undefined) {
          subscriber.complete();
          return;
        }
        asking = new Subscription();
        asking.add(
          isOver().subscribe({
            next: (isOver) => (isOver ? subscriber.complete() : otherwise()),
            error: (error) => subscriber.error(error),
          }),
        );
      };
      const askInSilence = (wait: number): void => {
        const again = (): void => {
          if (wait > 0) askInSilence(Math.min(wait * 2, LONGEST));
        };
        asking = timer(wait).subscribe(() => ask(again));
      };

      const cut = (): Error => new ConnectionError("the body ended before the run's ending", 'CUT');
      const close = (cause: Error): void => {
        asking.unsubscribe();
        const broken = (): void => subscriber.error(cause);
        if (ended) ask(broken);
        else broken();
      };

      const deliver = (event: RunEvent): void => {
        const wasEnded = ended;
        ended = notes.note(event);
        subscriber.next(event);
        if (wasEnded && ended && isInfrastructure(event)) return;
        asking.unsubscribe();
        if (ended && !subscriber.closed) askInSilence(linger);
      };

      const atMarker = (): void => {
        // "It may follow a `done` frame and then adds nothing." [wire §3]
        if (!ended) deliver({ type: 'done' });
        // The history of a run that was joined may have a marker for each of its turns.
        if (isOver !== undefined) return;
        isMarked = true;
        subscriber.complete();
      };

      const reading = inner<readonly RunEvent[]>(subscriber, {
        next: (events) => {
          for (const event of events) {
            if (subscriber.closed) return;
            if (event === MARKER) atMarker();
            else deliver(event);
          }
        },
        error: (error) =>
          error instanceof ConnectionError ? close(error) : subscriber.error(error),
        complete: () => close(cut()),
      });
      subscriber.add(() => {
        asking.unsubscribe();
        if (isMarked) reading.add(timer(linger).subscribe(() => reading.unsubscribe()));
        else reading.unsubscribe();
      });
      if (ended) askInSilence(linger);
      events$.subscribe(reading);
    });
