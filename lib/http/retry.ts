import {
  identity,
  retry as resubscribe,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { backoff, type Waits } from './backoff';
import { isTransient } from './isTransient';
import type { Request } from './Request';

/** How often, and how patiently, what is safe to repeat is repeated. */
export interface Repeats extends Waits {
  /** Repeats after the first try. */
  readonly count: number;
}

/**
 * Repeats a request that failed for a passing reason, if the request says that it may be repeated.
 * A `Retry-After` beyond `maxDelay` surfaces the refusal instead of being slept through.
 */
export const retry = <T>(
  { repeatable }: Pick<Request, 'repeatable'>,
  repeats: Repeats,
): MonoTypeOperatorFunction<T> =>
  repeatable
    ? resubscribe({
        count: repeats.count,
        delay: (error: unknown, failures) => {
          const wait = backoff(error, failures, repeats);
          return isTransient(error) && wait <= repeats.maxDelay
            ? timer(wait)
            : throwError(() => error);
        },
      })
    : identity;
