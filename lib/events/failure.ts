import * as t from 'io-ts';
import { optional } from './optional';
import { orElse } from './orElse';

const failed = { error: orElse(t.string, 'Unknown error'), error_code: optional(t.string) };

/** What went wrong. All but `error` are terminal: the run is over and failed. [wire §3] */
export const failure = {
  error: failed,
  sdk_error: failed,
  AGENT_RUNNER_DIED: failed,
  RUNNER_LIFECYCLE_ERROR: failed,
  SANDBOX_BOOT_TIMEOUT: failed,
  SANDBOX_QUOTA_EXHAUSTED: failed,
  SANDBOX_UNAVAILABLE: failed,
  SNAPSHOT_VERSION_MISMATCH: failed,
};
