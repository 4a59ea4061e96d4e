import { backoff, isTransient } from '../http/retry';
import type { Healing } from '../stream/Healing';
import type { ResumeOptions } from './ClientOptions';

/** Pauses after which the waits grow no further: people take their time, but want to see what comes then. */
const LONGEST_PAUSE = 6;

/**
 * Whether a stream that broke off is healed, when, and for how long: the one place that decides it.
 *
 * - What a repeat does not mend (a refusal, another history) is not waited for.
 * - So many tries in a row without progress, and no more; a new event renews them.
 * - A stream that ends because the run waits for people is no failure: it is looked for again and
 *   again, with growing waits, however few tries there are.
 * - A `Retry-After` is obeyed; one that is longer than the longest wait is not slept through.
 */
export const healing = (resume: false | ResumeOptions): Healing['wait'] => {
  if (resume === false) return () => undefined;
  const { attempts = 8, delay = 250, maxDelay = 30_000 } = resume;
  return (error, inARow, isPause) => {
    if (!isTransient(error) || (!isPause && inARow > attempts)) return undefined;
    const count = isPause ? Math.min(inARow, LONGEST_PAUSE) : inARow;
    const wait = backoff(error, count, { delay, maxDelay });
    return wait > maxDelay ? undefined : wait;
  };
};
