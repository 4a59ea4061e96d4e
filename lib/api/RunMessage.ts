import * as t from 'io-ts';
import { optional } from '../events/optional';
import { record } from '../events/record';

/** A message of a run's conversation. [wire §4] */
export const RunMessage = record(
  {
    id: optional(t.union([t.number, t.string])),
    run_id: optional(t.number),
    /** Its place in the conversation; `after_sequence` reads on from one. */
    sequence: optional(t.number),
    /** `user`, `assistant`, … */
    role: optional(t.string),
    content: optional(t.unknown),
    content_blocks: optional(t.unknown),
    event_metadata: optional(t.unknown),
    created_at: optional(t.string),
  },
  'a message of a run',
);
export type RunMessage = t.TypeOf<typeof RunMessage>;
