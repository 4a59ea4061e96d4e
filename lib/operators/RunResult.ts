import type { EventOf } from '../events/RunEvent';
import type { ToolCall } from './ToolCall';

/** What a run took: all that its `run_metrics` and `sandbox_metrics` said. */
export type RunMetrics = Omit<EventOf<'run_metrics'>, 'type'> &
  Omit<EventOf<'sandbox_metrics'>, 'type'>;

/**
 * What a run amounts to, so far or in the end. [wire §3]
 *
 * A history of several turns (a run that was replied to) is one result: texts, tool calls and
 * errors are those of all turns, and how it ended is how its last turn ended.
 */
export interface RunResult {
  /** From the first `metadata` that has one. */
  readonly run_id: number | undefined;
  /**
   * How the last turn ended. `failed` from its first `error` or terminal failure on, whatever ending
   * follows; `running` when no ending has come.
   */
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  /** Every `text-delta` joined. */
  readonly text: string;
  /** The same as {@link RunResult.text}: the name it has in a run's record. */
  readonly output: string;
  /** Reasoning and thinking joined, with a newline between sections. */
  readonly reasoning: string;
  /** The plan, with a newline between sections. */
  readonly plan: string;
  /** In order of first sight. */
  readonly toolCalls: readonly ToolCall[];
  /** The texts of `error` frames and of terminal failures. */
  readonly errors: readonly string[];
  /** The `error_code` of the last turn's first failure, or the type of a terminal failure without. */
  readonly error_code: string | undefined;
  /** The last `usage` that a `metadata` brought. */
  readonly usage: { readonly [field: string]: unknown } | undefined;
  readonly metrics: RunMetrics;
  readonly stop_reason: string | undefined;
  readonly completion_state: string | undefined;
  readonly unresolved_tool_use_ids: readonly string[] | undefined;
  /** How many frames were `malformed`: where there are any, the rest may lack something. */
  readonly malformed: number;
  /** How many frames were of a type this version does not know, housekeeping aside. */
  readonly unknown: number;
}
