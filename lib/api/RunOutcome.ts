import * as t from 'io-ts';
import { optional } from '../events/optional';
import { record } from '../events/record';

/** What a run came to. [wire §4] */
export const RunOutcome = record(
  {
    run_id: optional(t.number),
    status: optional(t.string),
    summary: optional(t.string),
    headline: optional(t.string),
    needs_reply: optional(t.boolean),
    output_data: optional(t.unknown),
    message_count: optional(t.number),
    input_tokens: optional(t.number),
    output_tokens: optional(t.number),
    total_tokens: optional(t.number),
    /** US dollars, as decimal text. */
    cost_usd: optional(t.string),
  },
  'the outcome of a run',
);
export type RunOutcome = t.TypeOf<typeof RunOutcome>;
