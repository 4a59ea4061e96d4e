import type { Frame } from '../Script';

/** What the turn took; the run's `usage` is filled from it. */
export const metrics = (input_tokens_used = 1200, output_tokens_used = 80): readonly Frame[] => [
  {
    type: 'run_metrics',
    execution_time_ms: 2400,
    input_tokens_used,
    output_tokens_used,
    claude_token_cost_usd: (input_tokens_used * 3 + output_tokens_used * 15) / 1e6,
    stop_reason: 'end_turn',
  },
];
