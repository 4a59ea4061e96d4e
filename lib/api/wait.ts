import { concat, concatMap, defer, ignoreElements, of, type MonoTypeOperatorFunction } from 'rxjs';
import { attend } from './attend';
import type { Parameters } from './check';
import { Handlers } from './Handlers';
import { poll, PollOptions } from './poll';
import type { Run } from './Run';
import type { Runs } from './Runs';

/** How a run is waited for. There is no time limit unless you set one: people take their time. */
export interface WaitOptions extends PollOptions, Handlers {}

/** How a run is started and waited for. */
export interface StartAndWaitOptions extends WaitOptions {
  readonly idempotencyKey?: string | undefined;
}

/** The codec of each, checked before anything is sent. */
export const WaitOptions: Parameters<WaitOptions> = { ...PollOptions, ...Handlers };

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
