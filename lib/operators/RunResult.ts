import type { EventOf, OutputEvent, RunEvent } from '../events/RunEvent';

/** A tool call of a run, as far as it has come. */
export interface ToolCall {
  /** Empty when the server gave none; calls without an id are one call. */
  readonly toolCallId: string;
  /** Empty until it is known. */
  readonly toolName: string;
  /** The arguments' JSON text, as far as it has arrived. */
  readonly args: string;
  /**
   * The arguments, parsed when they are first read: of a call that is not completed, as far as they
   * are certain (a text may be the half that has come; a number is left out until it has ended).
   * Undefined where nothing has come, and where what has come is no JSON.
   */
  readonly input: unknown;
  /** Any JSON. The deltas joined where the server gave no whole; undefined where neither came. */
  readonly result: unknown;
  readonly todos: readonly { readonly [field: string]: unknown }[];
  /** Whether the call's result has ended. */
  readonly completed: boolean;
  /**
   * Whether the rest of it is missing: the stream broke off while the call was open, and went on from
   * the run's record, which has no calls. What became of it there is not known.
   */
  readonly missing: boolean;
}

/** Something that went wrong in a run: an `error`, or a failure that ended it. */
export interface RunFailure {
  /** The type of the event that told it: `error`, or the failure's own, such as `SANDBOX_UNAVAILABLE`. */
  readonly type: string;
  /** What the run says of it, which may quote anything; of a failure without a text, its type. */
  readonly text: string;
  /** The `error_code`, where it has one. */
  readonly code: string | undefined;
}

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
  /** What the run was to give beside its words, decoded: of one that was created with an `output`. */
  readonly output_data: unknown;
  /** Reasoning and thinking joined, with a newline between sections. */
  readonly reasoning: string;
  /** The plan, with a newline between sections. */
  readonly plan: string;
  /** In order of first sight. */
  readonly toolCalls: readonly ToolCall[];
  /** `error` frames and terminal failures, in order. */
  readonly errors: readonly RunFailure[];
  /** The `error_code` of the last turn's first failure, or the type of a terminal failure without. */
  readonly error_code: string | undefined;
  /** The last `usage` that a `metadata` brought. */
  readonly usage: { readonly [field: string]: unknown } | undefined;
  readonly metrics: RunMetrics;
  readonly stop_reason: string | undefined;
  readonly completion_state: string | undefined;
  readonly unresolved_tool_use_ids: readonly string[] | undefined;
  /**
   * Whether a gap of the stream was filled from the run's record. The text and the ending are right
   * then; tool calls, todos, thinking and metrics of the gap may be missing.
   */
  readonly settled: boolean;
  /** How many frames were `malformed`: where there are any, the rest may lack something. */
  readonly malformed: number;
  /** How many frames were of a type this version does not know, housekeeping aside. */
  readonly unknown: number;
}

/** What a run amounts to that was created with an `output`: one that completed has given it. */
export type ResultWith<A> = RunResult &
  (
    | { readonly status: 'completed'; readonly output_data: A }
    | {
        readonly status: Exclude<RunResult['status'], 'completed'>;
        readonly output_data: undefined;
      }
  );

/** What events amount to, by whether there is an `output` among them of which the type is known. */
export type ResultOf<E extends RunEvent> =
  Extract<E, OutputEvent> extends OutputEvent<infer A>
    ? unknown extends A
      ? RunResult
      : ResultWith<A>
    : RunResult;
