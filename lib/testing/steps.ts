import type { Frame, Step } from './Script';

/** The run says something, in these pieces: `yield* text('Here are ', 'the tickets')`. */
export const text = (...deltas: readonly string[]): readonly Frame[] => block('text', deltas);

/** The run thinks aloud, in these pieces. */
export const thinking = (...deltas: readonly string[]): readonly Frame[] =>
  block('thinking', deltas);

/** A block of what the run says or thinks: its start, its deltas, its end. */
export const block = (
  kind: 'text' | 'thinking' | 'reasoning' | 'plan',
  deltas: readonly string[],
  id?: string,
): readonly Frame[] => [
  { type: `${kind}-start`, id },
  ...deltas.map((delta) => ({ type: `${kind}-delta`, delta, id })),
  { type: `${kind}-end`, id },
];

/** A sentence in the pieces a model speaks in: words, each with the space after it. */
export const words = (sentence: string): readonly string[] => sentence.match(/\s*\S+\s*/g) ?? [];

/** One call of a tool. */
export interface ToolUse {
  readonly name: string;
  readonly input?: { readonly [argument: string]: unknown };
  readonly result?: unknown;
  /** Default: made from the name. Give one when a turn calls the same tool twice. */
  readonly id?: string;
}

const pieces = (text: string): readonly string[] => text.match(/.{1,16}/gsu) ?? [];

/** The run calls a tool: its arguments arrive in pieces, its result whole. */
export const tool = ({
  name,
  input = {},
  result = null,
  id = `tc_${name}`,
}: ToolUse): readonly Frame[] => [
  { type: 'tool-call-start', toolCallId: id, toolName: name },
  ...pieces(JSON.stringify(input)).map((delta) => ({
    type: 'tool-call-delta',
    toolCallId: id,
    delta,
  })),
  { type: 'tool-call-end', toolCallId: id },
  { type: 'tool-result-end', toolCallId: id, result },
];

/** A call of a tool that comes to nothing. */
export interface FailingTool extends Omit<ToolUse, 'result'> {
  /** Why. */
  readonly error: string;
}

/** The run calls a tool that fails. The run itself goes on. */
export const failingTool = ({ error, ...use }: FailingTool): readonly Frame[] =>
  tool({ ...use, result: { error } });

/** The run calls a tool that takes so many milliseconds; `Infinity` for one that hangs. */
export const slowTool = ({ ms, ...use }: ToolUse & { readonly ms: number }): readonly Step[] => {
  const frames = tool(use);
  return [...frames.slice(0, -1), ...wait(ms), ...frames.slice(-1)];
};

/** The run goes on for ever, silently, until it is cancelled. */
export const forever = (): readonly Step[] => wait(Infinity);

/**
 * The connections to the run break off here, with their sockets or properly, and the run goes on:
 * who joins it again gets all of it.
 */
export const cut = (how: 'reset' | 'end' = 'reset'): readonly Step[] => [{ step: 'cut', how }];

/** The run is silent for so many milliseconds; `wait(Infinity)` until it is cancelled. */
export const wait = (ms: number): readonly Step[] => [{ step: 'wait', ms }];

/** These bytes and no others: `yield* raw('data: not JSON\n\n')`. */
export const raw = (bytes: string | Uint8Array): readonly Step[] => [{ step: 'raw', bytes }];

/** The run leaves a file behind. */
export const file = (name: string, content: string | Uint8Array): readonly Step[] => [
  { step: 'file', name, content },
];

/**
 * What the run gives beside its words: its record's `output_data`, once the turn has completed. A run
 * that was asked for it (`output_schema`) and does not say gives something that fits.
 */
export const output = (output_data: unknown): readonly Step[] => [{ step: 'output', output_data }];

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

/** The turn is over; with `marker` the end marker follows, which adds nothing. [wire §3] */
export const done = (
  stop_reason = 'end_turn',
  { marker = false }: { readonly marker?: boolean } = {},
): readonly Step[] => [
  { type: 'done', stop_reason },
  ...(marker ? [{ step: 'raw', bytes: 'data: [DONE]\n\n' } as const] : []),
];

/** The run is over and failed. Another `type` for another way to die. [wire §3] */
export const fail = (error: string, type = 'sdk_error', error_code?: string): readonly Frame[] => [
  { type, error, error_code },
];
