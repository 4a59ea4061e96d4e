import { ApiError } from '../errors';

/** How long waits between tries are, in milliseconds. */
export interface Waits {
  /** Before the second try; each further wait is twice the one before. */
  readonly delay: number;
  /** The longest wait. */
  readonly maxDelay: number;
}

/**
 * The wait before a try, once `failures` tries in a row have failed: what the server asked for in
 * `Retry-After`, to the millisecond; else exponential, capped, and with jitter, but at least half
 * of it (a full jitter may well be no wait at all).
 */
export const backoff = (error: unknown, failures: number, { delay, maxDelay }: Waits): number =>
  error instanceof ApiError && error.retryAfter !== undefined
    ? error.retryAfter
    : Math.min(maxDelay, delay * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
