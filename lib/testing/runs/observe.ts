import { catchError, concatAll, EMPTY, map } from 'rxjs';
import { isTerminal } from '../../events/kinds';
import type { RunEvent } from '../../events/RunEvent';
import { decoded } from '../../stream/decoded';
import { frames } from '../../stream/frames';
import type { RunRecord, UsageRecord } from '../records';
import { fitting } from '../fitting';
import { change, type HeldRun, type HeldTurn } from './HeldRun';

const usage = (input: number, output: number, cost: number): UsageRecord => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_tokens: 0,
  cache_creation_tokens: 0,
  total_tokens: input + output,
  cost_usd: cost.toFixed(6),
});

/** What the record learns from an event. */
const learnt = (event: RunEvent): Partial<RunRecord> => {
  switch (event.type) {
    case 'run_metrics':
      return {
        usage: usage(
          event.input_tokens_used ?? 0,
          event.output_tokens_used ?? 0,
          Number(event.claude_token_cost_usd ?? 0),
        ),
      };
    case 'error':
      return { error: event.error, error_code: event.error_code ?? null };
    case 'done':
      return { status: 'completed', stop_reason: event.stop_reason ?? null };
    case 'cancelled':
      return { status: 'cancelled', retryable: true };
    default:
      if (!isTerminal(event)) return {};
      return {
        status: 'failed',
        error: event.error,
        error_code: event.error_code ?? null,
        retryable: true,
      };
  }
};

/** What a turn gives beside its words: what its script said, or something that fits what was asked for. */
const given = (
  { output_schema }: HeldRun,
  { output_data }: HeldTurn,
  status: RunRecord['status'] | undefined,
): unknown => {
  if (status !== 'completed') return null;
  return output_data ?? (output_schema === undefined ? null : fitting(output_schema));
};

/**
 * A run's record is what its stream said: this reads along, before anybody else, so that whoever
 * has seen `done` finds the run completed.
 */
export const observe = (held: HeldRun, turn: HeldTurn): void => {
  const read = (event: RunEvent): void => {
    if (event.type === 'text-delta') turn.text += event.delta;
    const fields = learnt(event);
    if (isTerminal(event)) {
      if (turn.ended) return; // `[DONE]` after `done` adds nothing. [wire §3]
      turn.ended = true;
      const { status } = fields;
      const output = { output: turn.text, closing_preview: turn.text.slice(0, 140) };
      change(held, { ...fields, ...output, output_data: given(held, turn, status) });
      // The next turn begins at once, so nobody sees the run at rest.
      if (held.queue.length > 0) change(held, { status: 'running' });
      else if (status === 'completed' || status === 'failed' || status === 'cancelled') {
        held.tell(`run.${status}`);
      }
    } else if (Object.keys(fields).length > 0) {
      change(held, fields);
    }
  };
  turn.lines
    .pipe(
      map(({ bytes }) => bytes),
      frames(),
      decoded(),
      concatAll(),
      catchError(() => EMPTY), // a frame too long to be read
    )
    .subscribe(read);
};
