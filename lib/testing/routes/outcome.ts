import type { Handler } from '../Call';
import { jsonAnswer } from '../jsonAnswer';
import { findRun } from './findRun';

/** How a run came out. [wire §4 RunOutcome] */
export const outcome: Handler = (call) => {
  const { record, messages } = findRun(call);
  const { usage, output, status } = record;
  return jsonAnswer({
    run_id: record.id,
    status,
    summary: output,
    headline: output?.split('\n')[0]?.slice(0, 80) ?? null,
    needs_reply: status === 'awaiting_approval',
    output_data: record.output_data,
    message_count: messages.length,
    input_tokens: usage?.input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    total_tokens: usage?.total_tokens ?? null,
    cost_usd: usage?.cost_usd ?? null,
  });
};
