import {
  asyncScheduler,
  identity,
  type MonoTypeOperatorFunction,
  type SchedulerAction,
} from 'rxjs';
import { operator } from '../operator';

/** What a platform's timer can hold: a longer one fires at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Errors with what `bark` makes when no value that counts has come for `limit` milliseconds.
 *
 * One timer for the whole stream: a value costs a reading of the clock, and when the timer rings
 * too early it is set again for what is left. RxJS's `timeout` sets a new timer for every value.
 */
export const watchdog = <T>(
  limit: number,
  bark: () => Error,
  counts: (value: T) => boolean = () => true,
): MonoTypeOperatorFunction<T> =>
  limit === Infinity
    ? identity
    : operator((subscriber) => {
        let last = asyncScheduler.now();
        const ring = function (this: SchedulerAction<void>): void {
          const left = last + limit - asyncScheduler.now();
          if (left <= 0) subscriber.error(bark());
          else this.schedule(undefined, Math.min(left, LONGEST));
        };
        subscriber.add(asyncScheduler.schedule(ring, Math.min(limit, LONGEST)));
        return {
          next: (value) => {
            if (counts(value)) last = asyncScheduler.now();
            subscriber.next(value);
          },
        };
      });
