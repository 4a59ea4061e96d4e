import type { Parameters } from './check';
import { parameter } from './parameter';

/** What every call takes. */
export interface AbortOptions {
  /** Ends the call with the signal's reason as its error, and closes its connection. */
  readonly signal?: AbortSignal | undefined;
}

/** The codec of each, checked before anything is sent. */
export const AbortOptions: Parameters<AbortOptions> = { signal: parameter.signal };
