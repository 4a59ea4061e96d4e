import {
  concatMap,
  defer,
  first,
  Observable,
  of,
  repeat,
  Subscription,
  timer,
  type OperatorFunction,
} from 'rxjs';
import { ConnectionError, StreamInterruptedError } from '../errors';
import { decoder } from '../events/decoder';
import type { RunEvent } from '../events/RunEvent';
import type { Frame } from './frames';
import { hasEnded } from './hasEnded';

/** "`data: [DONE]` is the end marker; it may follow a `done` frame and then adds nothing." [wire §3] */
const MARKER = '[DONE]';

/**
 * Frames into events, up to the run's ending: the end marker, the end of the body after a terminal
 * event, or silence for `linger` milliseconds after one (a server need not hang up).
 *
 * Where a run was joined, only the body's end and a silence do, and only if `isOver` agrees: there may
 * be a next turn that has not begun, and the history may be cut between two turns.
 *
 * At the marker the subscriber is done, but the body is left those milliseconds to end by itself: a
 * connection that is torn off cannot serve the next request, and a new one costs its handshakes.
 *
 * What follows a terminal event still arrives: metrics, or the next turn of a replayed history,
 * which takes the ending back. A body that ends before its ending is a
 * {@link StreamInterruptedError}, never a completion.
 */
export const untilEnding =
  (linger: number, isOver?: () => Observable<boolean>): OperatorFunction<Frame, RunEvent> =>
  (frames) =>
    new Observable((subscriber) => {
      const decode = decoder();
      let ended = false;
      let run_id: number | undefined;
      let count = 0;
      let characters = 0;
      let isMarked = false;
      let asking = Subscription.EMPTY;

      const over = defer(isOver ?? (() => of(true)));
      const overInSilence = (): Observable<boolean> =>
        timer(linger).pipe(
          concatMap(() => over),
          repeat(),
          first(Boolean),
        );
      /** Completes if the run is over. */
      const finish = (over: Observable<boolean>, otherwise?: () => void): void => {
        asking.unsubscribe();
        asking = over.subscribe((isOver) => (isOver ? subscriber.complete() : otherwise?.()));
      };

      const deliver = (event: RunEvent): void => {
        count++;
        if (event.type === 'text-delta') characters += event.delta.length;
        else if (event.type === 'metadata') run_id ??= event.payload.run_id;
        ended = hasEnded(ended, event);
        subscriber.next(event);
        asking.unsubscribe();
        if (ended && !subscriber.closed) finish(overInSilence());
      };

      const close = (cause?: unknown): void =>
        finish(ended ? over : of(false), () => subscriber.error(interrupted(cause)));

      const interrupted = (cause: unknown): Error => {
        const whose = run_id === undefined ? 'the run' : `run ${run_id}`;
        const why = cause instanceof ConnectionError ? `: ${cause.message}` : '';
        return new StreamInterruptedError(
          `the stream of ${whose} broke off before its ending${why}; ` +
            'the run may be going on: join it with runs.stream(), or read it with runs.get()',
          { run_id, delivered: { events: count, characters }, cause },
        );
      };

      const reading = frames.subscribe({
        next: ({ data, torn }) => {
          if (data === MARKER) {
            if (!ended) deliver(decode(data));
            // The history of a run that was joined may have a marker for each of its turns.
            if (isOver !== undefined) return;
            isMarked = true;
            subscriber.complete();
            return;
          }
          const event = decode(data);
          // Half a JSON object is never one, so a torn frame that decodes was all there.
          if (torn && event.type === 'malformed') return;
          deliver(event);
        },
        error: (error) =>
          error instanceof ConnectionError ? close(error) : subscriber.error(error),
        complete: () => close(),
      });
      return () => {
        asking.unsubscribe();
        if (isMarked) reading.add(timer(linger).subscribe(() => reading.unsubscribe()));
        else reading.unsubscribe();
      };
    });
