import {
  concatMap,
  first,
  Observable,
  of,
  repeat,
  Subscription,
  timer,
  type OperatorFunction,
} from 'rxjs';
import { ConnectionError, StreamInterruptedError } from '../errors';
import { decode } from '../events/decode';
import { isAfterword } from '../events/isAfterword';
import { isTerminal } from '../events/isTerminal';
import type { RunEvent } from '../events/RunEvent';
import type { Frame } from './frames';

/** "`data: [DONE]` is the end marker; it may follow a `done` frame and then adds nothing." [wire §3] */
const MARKER = '[DONE]';

/**
 * Frames into events, up to the run's ending: the end marker, the end of the body after a terminal
 * event, or silence for `linger` milliseconds after one (a server need not hang up).
 *
 * A silence ends a stream only where `isOver` agrees: a run that was joined may have a next turn
 * that has not begun.
 *
 * What follows a terminal event still arrives: metrics, or the next turn of a replayed history,
 * which takes the ending back. A body that ends before its ending is a
 * {@link StreamInterruptedError}, never a completion.
 */
export const untilEnding =
  (
    linger: number,
    isOver: () => Observable<boolean> = () => of(true),
  ): OperatorFunction<Frame, RunEvent> =>
  (frames) =>
    new Observable((subscriber) => {
      let ended = false;
      let run_id: number | undefined;
      let count = 0;
      let characters = 0;
      let silence = Subscription.EMPTY;

      const deliver = (event: RunEvent): void => {
        count++;
        if (event.type === 'text-delta') characters += event.delta.length;
        else if (event.type === 'metadata') run_id ??= event.payload.run_id;
        ended = isTerminal(event) || (ended && isAfterword(event));
        subscriber.next(event);
        silence.unsubscribe();
        if (ended && !subscriber.closed) {
          silence = timer(linger)
            .pipe(concatMap(isOver), repeat(), first(Boolean))
            .subscribe(() => subscriber.complete());
        }
      };

      const close = (cause?: unknown): void => {
        silence.unsubscribe();
        if (ended) return subscriber.complete();
        const whose = run_id === undefined ? 'the run' : `run ${run_id}`;
        const why = cause instanceof ConnectionError ? `: ${cause.message}` : '';
        subscriber.error(
          new StreamInterruptedError(
            `the stream of ${whose} broke off before its ending${why}; ` +
              'the run may be going on: join it with runs.stream(), or read it with runs.get()',
            { run_id, delivered: { events: count, characters }, cause },
          ),
        );
      };

      subscriber.add(() => silence.unsubscribe());
      return frames.subscribe({
        next: ({ data, torn }) => {
          if (data === MARKER) {
            if (!ended) deliver(decode(data));
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
    });
