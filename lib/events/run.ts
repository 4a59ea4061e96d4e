import * as t from 'io-ts';
import { object } from './object';
import { optional } from './optional';
import { orElse } from './orElse';
import { record } from './record';

const ending = {
  stop_reason: optional(t.string),
  completion_state: optional(t.string),
  unresolved_tool_use_ids: optional(t.array(t.string)),
};

/** Money is decimal text elsewhere in the API [wire §4], so either spelling is taken. */
const money: t.Type<number | string, unknown> = new t.Type(
  'number or decimal text',
  (value): value is number | string => typeof value === 'number' || typeof value === 'string',
  (value, context) => (money.is(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);

const payload = record({ run_id: optional(t.number), usage: optional(object) });

/** The run itself: who it is, what it took, and how it ended. [wire §3] */
export const run = {
  metadata: { payload: orElse(payload, {}) },
  run_metrics: {
    execution_time_ms: optional(t.number),
    input_tokens_used: optional(t.number),
    output_tokens_used: optional(t.number),
    claude_token_cost_usd: optional(money),
    ...ending,
  },
  done: ending,
  cancelled: ending,
};
