import type { Parameters } from './check';
import { parameter } from './parameter';

/** How waits between tries grow. */
export interface Backoff {
  /** The first wait; each further one doubles, with jitter. */
  readonly delay?: number | undefined;
  /** The longest wait. A `Retry-After` is obeyed up to it; a longer one is not slept through. */
  readonly maxDelay?: number | undefined;
}

/** The codec of each, checked before anything is sent. */
export const Backoff: Parameters<Backoff> = { delay: parameter.delay, maxDelay: parameter.delay };
