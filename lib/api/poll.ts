import {
  distinctUntilChanged,
  map,
  NEVER,
  repeat,
  retry,
  takeUntil,
  takeWhile,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { ApiError, RunTimeoutError } from '../errors';
import { isTransient } from '../http/isTransient';
import { isOver, type Run } from './objects';
import type { PollOptions } from './options';

/** What a platform's timer can hold: a longer one fires at once. */
const LONGEST = 2 ** 31 - 1;

const same = (one: Run, other: Run): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A server that says when to come again is not asked before. */
const pause = (error: unknown, interval: number): number =>
  error instanceof ApiError
    ? Math.min(Math.max(interval, error.retryAfter ?? 0), LONGEST)
    : interval;

/**
 * One reading of a run's record into each of its changes, until it is over.
 *
 * A server that is briefly away is asked again until the time is up; then it is a `RunTimeoutError`.
 */
export const poll =
  ({ interval = 2_000, timeout = 300_000 }: PollOptions): MonoTypeOperatorFunction<Run> =>
  (get) => {
    const limit = timeout > LONGEST ? NEVER : timer(timeout);
    return get.pipe(
      retry({
        delay: (error: unknown) =>
          isTransient(error) ? timer(pause(error, interval)) : throwError(() => error),
      }),
      repeat({ delay: interval }),
      takeWhile((run) => !isOver(run), true),
      distinctUntilChanged(same),
      takeUntil(
        limit.pipe(
          map(() => {
            throw new RunTimeoutError(
              `the run was not over within ${timeout} ms; it goes on: poll it again, or raise timeout`,
              'timeout',
              timeout,
            );
          }),
        ),
      ),
    );
  };
