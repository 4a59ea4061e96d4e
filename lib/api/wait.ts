import { concat, concatMap, defer, ignoreElements, of, type MonoTypeOperatorFunction } from 'rxjs';
import { attend } from './attend';
import { poll } from './poll';
import type { Run } from './Run';
import type { Runs } from './Runs';
import type { WaitOptions } from './WaitOptions';

/** Readings of a run's record into its changes; between two readings, what it asks is answered. */
export const wait =
  (
    runs: Pick<Runs, 'permissions' | 'approve' | 'answer'>,
    { timeout = Infinity, interval, onApproval, onQuestion }: WaitOptions,
  ): MonoTypeOperatorFunction<Run> =>
  (get) =>
    defer(() => {
      const answered = new Set<string>();
      return get.pipe(
        concatMap((run) =>
          run.status === 'awaiting_approval'
            ? concat(
                of(run),
                attend(runs, run.id, { onApproval, onQuestion }, answered).pipe(ignoreElements()),
              )
            : of(run),
        ),
        poll({ timeout, interval }),
      );
    });
