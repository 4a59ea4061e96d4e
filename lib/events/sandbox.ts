import * as t from 'io-ts';
import { optional } from './optional';

/** The machine the run works on. [wire §3] */
export const sandbox = {
  'sandbox-connecting': { message: optional(t.string) },
  'sandbox-connected': {
    sandbox_id: optional(t.string),
    duration_ms: optional(t.number),
    message: optional(t.string),
  },
  sandbox_metrics: { sandbox_execution_time_ms: optional(t.number) },
};
