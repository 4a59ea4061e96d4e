import { Backoff } from './Backoff';
import type { Parameters } from './check';
import { parameter } from './parameter';

/** How requests are repeated: by default twice, after 500 ms and more, 30 s at most. */
export interface RetryOptions extends Backoff {
  /** Repeats after the first try; 0 for none. */
  readonly count?: number | undefined;
}

/** The codec of each, checked before anything is sent. */
export const RetryOptions: Parameters<RetryOptions> = { ...Backoff, count: parameter.count };
