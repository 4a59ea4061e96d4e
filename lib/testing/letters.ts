import type { RunEvent } from '../events/RunEvent';

const toolCallId = 'tc_1';
const request_id = 'req_1';

/**
 * What the letters of a run in marbles stand for, unless they are given values of their own:
 * `fakeRun('m-t-t-(d|)')`. The same letter is the same event each time.
 */
export const letters = {
  /** Its id. */
  m: { type: 'metadata', payload: { run_id: 123 } },
  /** A piece of its text; of its thoughts; of its plan. */
  t: { type: 'text-delta', delta: 'text ' },
  h: { type: 'thinking-delta', delta: 'hm ' },
  p: { type: 'plan-delta', delta: 'step ' },
  /** A call of a tool: its start, a piece of its arguments, their end, its result. */
  c: { type: 'tool-call-start', toolCallId, toolName: 'gmail_search' },
  i: { type: 'tool-call-delta', toolCallId, delta: '{}' },
  j: { type: 'tool-call-end', toolCallId },
  r: { type: 'tool-result-end', toolCallId, result: 'found' },
  /** Its list of things to do. */
  o: { type: 'todo-update', toolCallId: 'todo_1', todos: [{ text: 'look', done: false }] },
  /** It asks people, waits for them, and hears from them. */
  a: {
    type: 'permission_request',
    request_id,
    payload: { request_id, tool_name: 'gmail_send', tool_input: {}, status: 'pending' },
  },
  w: { type: 'awaiting_approval', payload: { request_ids: [request_id] } },
  v: { type: 'permission_resolved', request_id, payload: { request_id, status: 'allowed' } },
  /** What it cost, and what it took. */
  u: { type: 'metadata', payload: { usage: { total_tokens: 1_280 } } },
  s: { type: 'run_metrics', input_tokens_used: 1_200, output_tokens_used: 80 },
  /** The server's own housekeeping. */
  k: { type: 'keep-alive' },
  /** Something went wrong; and the three ends of a run: failed, cancelled, done. */
  e: { type: 'error', error: 'a hiccup' },
  f: { type: 'sdk_error', error: 'the sandbox went away' },
  x: { type: 'cancelled' },
  d: { type: 'done', stop_reason: 'end_turn' },
} as const satisfies { readonly [letter: string]: RunEvent };
