import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';

/**
 * Cancels the run on the server when a subscriber leaves before its stream has ended.
 *
 * The cancelling outlives the subscription it was called for, so its failure has no subscriber: it
 * is reported, not thrown away.
 */
export const cancelOnUnsubscribe =
  (
    cancel: (run_id: number | undefined) => Observable<unknown>,
    report: (error: unknown) => void,
  ): MonoTypeOperatorFunction<RunEvent> =>
  (source) =>
    new Observable((subscriber) => {
      let run_id: number | undefined;
      let ended = false;
      const end = (): void => {
        ended = true;
      };
      subscriber.add(() => {
        if (!ended) cancel(run_id).subscribe({ error: report });
      });
      return source.subscribe({
        next: (event) => {
          if (event.type === 'metadata') run_id ??= event.payload.run_id;
          subscriber.next(event);
        },
        error: (error) => {
          end();
          subscriber.error(error);
        },
        complete: () => {
          end();
          subscriber.complete();
        },
      });
    });
