import * as t from 'io-ts';
import { optional } from '../events/optional';
import { record } from '../events/record';

/** Whether anything has changed since last time, at a glance. [wire §4] */
export const RunCheck = record(
  {
    total_count: optional(t.number),
    latest_run_id: optional(t.number),
    awaiting_count: optional(t.number),
    latest_change_at: optional(t.string),
  },
  'a check of the runs',
);
export type RunCheck = t.TypeOf<typeof RunCheck>;
