import {
  catchError,
  concatMap,
  EMPTY,
  identity,
  of,
  throwError,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { ApiError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { operator } from '../operator';
import type { Healing, Opened } from '../stream/Healing';
import { resume } from '../stream/resume';
import type { Turn } from '../stream/trim';
import { ask } from './answer';
import type { Api } from './Api';
import { Run } from './objects';
import type { LeaveOptions } from './options';
import { recordOf } from './recordOf';
import { requests } from './requests';

/** A stream that is to be had. */
export interface Streaming extends Pick<Healing, 'after'> {
  readonly open: () => Observable<Opened>;
  /** Which turn of a history is the caller's. */
  readonly turn: Turn;
  /** Which turn the run's record tells of, where it is not the caller's. */
  readonly recorded?: Turn;
  /** Whose stream it is, where no event has said so; nothing, where nothing was sent. */
  readonly runId: () => Observable<number>;
  readonly user_id?: string | undefined;
}

/** "409 once the run no longer executes": it has no stream any more, and nothing to cancel. [wire §1 Routes] */
export const isConflict = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.kind === 'conflict';

/** A run's stream: healed, watched, and left as the caller wishes. */
export const streamed = (
  api: Api,
  { after, open, turn, recorded = turn, runId, user_id }: Streaming,
  { signal, onUnsubscribe = api.onUnsubscribe }: LeaveOptions,
): Observable<RunEvent> => {
  const { send, streams, watched, onLog } = api;
  const cancel = (run_id: number): Observable<Run> =>
    ask(api, () => requests.cancel(run_id, user_id), Run).pipe(
      // A run that has ended meanwhile leaves nothing to cancel.
      catchError((error: unknown) => (isConflict(error) ? EMPTY : throwError(() => error))),
    );
  const events$ = resume({
    ...streams,
    after,
    open,
    join: (run_id, lastEventId) =>
      send(requests.join(run_id, user_id, lastEventId)).pipe(
        catchError((error: unknown) =>
          isConflict(error) ? of('gone' as const) : throwError(() => error),
        ),
      ),
    record: (run_id) => recordOf(api, run_id, recorded, user_id),
    turn,
  });
  return events$.pipe(
    onUnsubscribe === 'cancel'
      ? cancelOnUnsubscribe(
          (run_id) => (run_id === undefined ? runId() : of(run_id)).pipe(concatMap(cancel)),
          (error) =>
            onLog({
              level: 'warn',
              message: 'a run that was left could not be cancelled, and may be going on',
              error,
            }),
        )
      : identity,
    watched,
    abortable(signal),
  );
};

/**
 * Cancels the run on the server when a subscriber leaves before its stream has ended.
 *
 * The cancelling outlives the subscription it was called for, so its failure has no subscriber: it
 * is reported, not thrown away.
 */
export const cancelOnUnsubscribe = (
  cancel: (run_id: number | undefined) => Observable<unknown>,
  report: (error: unknown) => void,
): MonoTypeOperatorFunction<RunEvent> =>
  operator((subscriber) => {
    let run_id: number | undefined;
    let ended = false;
    subscriber.add(() => {
      if (!ended) cancel(run_id).subscribe({ error: report });
    });
    return {
      next: (event) => {
        if (event.type === 'metadata') run_id ??= event.payload.run_id;
        subscriber.next(event);
      },
      error: (error) => {
        ended = true;
        subscriber.error(error);
      },
      complete: () => {
        ended = true;
        subscriber.complete();
      },
    };
  });
