import type { RunEvent } from '../events/RunEvent';

/** What viewers are told of a failure: what kind it is, and nothing of what stands behind it. */
export const failure = (error: unknown): RunEvent => ({
  type: 'error',
  error: 'the run could not be streamed any further',
  error_code: error instanceof Error ? error.name : 'Error',
});
