import {
  concat,
  concatMap,
  connect,
  defer,
  filter,
  ignoreElements,
  last,
  of,
  take,
  timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { attend } from './attend';
import type { Run } from './objects';
import type { WaitOptions } from './options';
import { poll } from './poll';
import type { Runs } from './Runs';

const isAsking = ({ status }: Run): boolean => status === 'awaiting_approval';

/**
 * Readings of a run's record into its changes; between two readings, what it asks is answered.
 *
 * People take their time, and meanwhile somebody else may answer or cancel the run: it is read on
 * while they are waited for, and when it has moved on nobody is.
 */
export const wait =
  (
    runs: Pick<Runs, 'permissions' | 'approve' | 'answer'>,
    { timeout = Infinity, interval = 2_000, onApproval, onQuestion }: WaitOptions,
  ): MonoTypeOperatorFunction<Run> =>
  (get) =>
    defer(() => {
      const handlers = { onApproval, onQuestion };
      const answered = new Set<string>();
      const movedOn = timer(interval).pipe(
        concatMap(() => get.pipe(poll({ timeout: Infinity, interval }))),
        filter((run) => !isAsking(run)),
        take(1),
      );
      const answering = (run: Run) =>
        movedOn.pipe(
          connect((moved) =>
            attend(runs, run.id, handlers, answered, moved.pipe(last(undefined, undefined))),
          ),
          ignoreElements(),
        );
      return get.pipe(
        concatMap((run) => (isAsking(run) ? concat(of(run), answering(run)) : of(run))),
        poll({ timeout, interval }),
      );
    });
