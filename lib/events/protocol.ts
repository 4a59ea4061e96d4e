import {
  anything,
  delta,
  list,
  number,
  object,
  orElse,
  record,
  text,
  textOrNumber,
  within,
} from './record';
import type { Fields } from './record';

/**
 * Where in a turn an event stands; what matters is how it is taken after an ending.
 *
 * - `begins`: only a next turn says this;
 * - `within`: it belongs to a turn that goes on, so after an ending the next one is on its way;
 * - `heads`: as `within`; but with `usage` it is the bill of the turn that has ended;
 * - `follows`: it may follow an ending and does not take it back: metrics, a late result, a notice;
 * - `ends`: it ends the turn.
 */
export type Place = 'begins' | 'within' | 'heads' | 'follows' | 'ends';

/**
 * What else an event does.
 *
 * - `delta`: carries a piece of a longer text: two such pieces say what their join says;
 * - `tool`: is about a tool call;
 * - `asks`: people have to decide before the run goes on;
 * - `fails`: says that something went wrong;
 * - `state`: a later one of the same thing takes the place of an earlier one;
 * - `remark`: said by a client or by its relay, and never by the API;
 * - `housekeeping`: the server's own: a caller never acts on it, and is never warned about it.
 */
export type Deed = 'delta' | 'tool' | 'asks' | 'fails' | 'state' | 'remark' | 'housekeeping';

/** A line of the table: what a frame of a type holds, and what it does. */
export interface Row {
  readonly fields: Fields;
  readonly place: Place;
  readonly deeds: readonly Deed[];
}

const row = <F extends Fields, P extends Place, const D extends readonly Deed[]>(
  fields: F,
  place: P,
  ...deeds: D
): { readonly fields: F; readonly place: P; readonly deeds: D } => ({ fields, place, deeds });

/** What an error says that says nothing. [wire §3] */
export const UNKNOWN_ERROR = 'Unknown error';

const id = text;
const block = { id };
const words = { delta, id };
const call = { toolCallId: text };
const piece = { ...call, delta };
const message = { messageId: text };
const asked = { request_id: text, payload: object };
const failed = { error: orElse(text, UNKNOWN_ERROR), error_code: text };
const ending = {
  stop_reason: text,
  completion_state: text,
  unresolved_tool_use_ids: list(text),
};

/** The protocol, wire type by wire type: what it holds and what it does. [wire §3] */
export const protocol = {
  // The teammate's words; first, as editors offer types in this order.
  'text-delta': row(words, 'begins', 'delta'),
  'text-start': row(block, 'begins'),
  'text-end': row(block, 'follows'),

  // What the model thinks before it speaks, under its two names; and the plan before it acts.
  'reasoning-start': row(block, 'begins'),
  'reasoning-delta': row(words, 'begins', 'delta'),
  'reasoning-end': row(block, 'follows'),
  'thinking-start': row(block, 'begins'),
  'thinking-delta': row(words, 'begins', 'delta'),
  'thinking-end': row(block, 'follows'),
  'plan-start': row(block, 'begins'),
  'plan-delta': row(words, 'begins', 'delta'),
  'plan-end': row(block, 'follows'),

  // Tool calls: their arguments' JSON text arrives in deltas, and so may their results. A whole
  // `tool_use` brings its arguments in `input`; a result that is absent is its deltas joined.
  'tool-call-start': row({ ...call, toolName: text, input: anything }, 'begins', 'tool'),
  'tool-call-delta': row(piece, 'within', 'delta', 'tool'),
  'tool-call-end': row(call, 'within', 'tool'),
  'tool-result-start': row(call, 'follows', 'tool'),
  'tool-result-delta': row(piece, 'follows', 'delta', 'tool'),
  'tool-result-end': row({ ...call, result: anything }, 'follows', 'tool'),
  'todo-update': row(
    { ...call, todos: orElse(list(object), Object.freeze([])) },
    'follows',
    'tool',
    'state',
  ),

  // The bounds of a message, and the sources it cites.
  'message-start': row(message, 'begins'),
  'message-delta': row({}, 'within'),
  'message-end': row(message, 'follows'),
  'source-url': row({}, 'follows'),
  'source-document': row({}, 'follows'),

  // The run itself: who it is, what it took, and how it ended.
  metadata: row(
    { payload: orElse(within(record({ run_id: number, usage: object })), {}) },
    'heads',
    'state',
  ),
  run_metrics: row(
    {
      execution_time_ms: number,
      input_tokens_used: number,
      output_tokens_used: number,
      claude_token_cost_usd: textOrNumber,
      ...ending,
    },
    'follows',
    'state',
  ),
  done: row(ending, 'ends'),
  cancelled: row(ending, 'ends'),

  // The machine it works on.
  'sandbox-connecting': row({ message: text }, 'within'),
  'sandbox-connected': row({ sandbox_id: text, duration_ms: number, message: text }, 'within'),
  sandbox_metrics: row({ sandbox_execution_time_ms: number }, 'follows', 'state'),

  // People in the loop: the payload is free, `GET /runs/{id}/permissions` is the truth.
  permission_request: row(asked, 'within', 'asks'),
  permission_resolved: row(asked, 'follows'),
  awaiting_approval: row(asked, 'within', 'asks'),

  // What went wrong. All but `error` are terminal: the run is over and failed.
  error: row(failed, 'follows', 'fails'),
  sdk_error: row(failed, 'ends', 'fails'),
  AGENT_RUNNER_DIED: row(failed, 'ends', 'fails'),
  RUNNER_LIFECYCLE_ERROR: row(failed, 'ends', 'fails'),
  SANDBOX_BOOT_TIMEOUT: row(failed, 'ends', 'fails'),
  SANDBOX_QUOTA_EXHAUSTED: row(failed, 'ends', 'fails'),
  SANDBOX_UNAVAILABLE: row(failed, 'ends', 'fails'),
  SNAPSHOT_VERSION_MISMATCH: row(failed, 'ends', 'fails'),

  // Told in passing: free of fields, never terminal (a broken tool server does not end a run).
  mcp_error: row({}, 'follows'),
  mcp_auth_failed: row({}, 'follows'),
  rate_limit: row({}, 'follows'),
  'desktop-ready': row({}, 'follows'),
  task_notification: row({}, 'follows'),
  thinking: row({}, 'follows'),
  reasoning: row({}, 'follows'),
  plan_delta: row({}, 'follows'),

  // What follows comes from the run's record: a stream was gone, and what it told meanwhile may be
  // missing. It goes through logs and relays, so that every viewer knows.
  settled: row({}, 'within', 'remark'),

  // Infrastructure: kept reachable, never warned about.
  RUNNER_DIAG: row({}, 'follows', 'housekeeping'),
  message_snapshot: row({}, 'follows', 'housekeeping'),
  system_message: row({}, 'follows', 'housekeeping'),
  sdk_init: row({}, 'follows', 'housekeeping'),
  sdk_success: row({}, 'follows', 'housekeeping'),
  sdk_content_snapshot: row({}, 'follows', 'housekeeping'),
  'keep-alive': row({}, 'follows', 'housekeeping'),
  ping: row({}, 'follows', 'housekeeping'),
  stderr: row({}, 'follows', 'housekeeping'),
  user_message: row({}, 'follows', 'housekeeping'),
  compact_boundary: row({}, 'follows', 'housekeeping'),
  conversation_reset: row({}, 'follows', 'housekeeping'),
  permission_auto_allowed: row({}, 'follows', 'housekeeping'),
  task_started: row({}, 'follows', 'housekeeping'),
  task_progress: row({}, 'follows', 'housekeeping'),
} satisfies { readonly [type: string]: Row };

/** The table as a type, from which those of the events are computed. */
export type Protocol = typeof protocol;
