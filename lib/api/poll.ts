import {
  asyncScheduler,
  defer,
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
import { json } from '../events/json';
import { isTransient } from '../http/retry';
import { isOver, type Run } from './objects';
import type { PollOptions } from './options';

/** What a platform's timer can hold: a longer one fires at once. */
export const LONGEST = 2 ** 31 - 1;

/**
 * One reading of a run's record into one after another, until it is over.
 *
 * A server that is briefly away is asked again until the time is up; then it is a
 * {@link RunTimeoutError}. One that says when to come again (`Retry-After`) is not asked before; if
 * that is later than the time is up, its refusal is the error, at once.
 */
export const readings =
  ({ interval = 2_000, timeout = 300_000 }: PollOptions): MonoTypeOperatorFunction<Run> =>
  (get) =>
    defer(() => {
      const end = asyncScheduler.now() + timeout;
      const again = (error: unknown) => {
        const asked = (error instanceof ApiError && error.retryAfter) || 0;
        const left = Math.max(0, end - asyncScheduler.now()); // its timer may be late
        return isTransient(error) && asked <= Math.min(left, LONGEST)
          ? timer(Math.max(interval, asked))
          : throwError(() => error);
      };
      const late = (): never => {
        throw new RunTimeoutError(
          `the run was not over within ${timeout} ms; it goes on: poll it again, or raise timeout`,
          'timeout',
          timeout,
        );
      };
      return get.pipe(
        retry({ delay: again }),
        repeat({ delay: interval }),
        takeWhile((run) => !isOver(run), true),
        takeUntil((timeout > LONGEST ? NEVER : timer(timeout)).pipe(map(late))),
      );
    });

/** Readings that differ from the one before. */
export const changes = distinctUntilChanged<Run>((one, other) => json(one) === json(other));

/** One reading of a run's record into each of its changes, until it is over. */
export const poll =
  (options: PollOptions): MonoTypeOperatorFunction<Run> =>
  (get) =>
    get.pipe(readings(options), changes);
