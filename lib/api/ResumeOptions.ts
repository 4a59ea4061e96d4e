import { Backoff } from './Backoff';
import type { Parameters } from './check';
import { parameter } from './parameter';

/** How streams are healed: by default in 8 tries, after 250 ms and more, 30 s at most. */
export interface ResumeOptions extends Backoff {
  /** Tries without progress; a new event renews them. */
  readonly attempts?: number | undefined;
}

/** The codec of each, checked before anything is sent. */
export const ResumeOptions: Parameters<ResumeOptions> = { ...Backoff, attempts: parameter.count };
