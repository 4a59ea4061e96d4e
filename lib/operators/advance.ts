import { json } from '../events/json';
import type { ToolEvent } from './isToolEvent';
import type { ToolCall } from './ToolCall';

/** A tool call on its way, and what must be known to go on with it. */
export interface CallState {
  readonly call: ToolCall;
  /** Whether the arguments came whole, as a `tool_use` brings them. */
  readonly whole: boolean;
  /** The result's deltas since its last end. */
  readonly joined: string;
}

const begin = (toolCallId: string): CallState => ({
  call: { toolCallId, toolName: '', args: '', result: undefined, todos: [], completed: false },
  whole: false,
  joined: '',
});

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * A tool call after one more event about it. What the call has not started with starts it: a
 * `tool-call-start` is not needed. [wire §3 Rules of tolerance]
 */
export const advance = (before: CallState | undefined, event: ToolEvent): CallState => {
  const state = before ?? begin(event.toolCallId ?? '');
  const { call, whole, joined } = state;
  switch (event.type) {
    case 'tool-call-start': {
      const named = { ...call, toolName: event.toolName ?? call.toolName };
      return isGiven(event.input)
        ? { ...state, call: { ...named, args: json(event.input) }, whole: true }
        : { ...state, call: named };
    }
    case 'tool-call-delta': {
      // A model announces arguments that it is about to spell as `input: {}`.
      const args = whole ? event.delta : call.args + event.delta;
      return event.delta === '' ? state : { call: { ...call, args }, whole: false, joined };
    }
    case 'tool-result-delta': {
      const result = joined + event.delta;
      if (event.delta === '') return state;
      return { ...state, call: call.completed ? call : { ...call, result }, joined: result };
    }
    case 'tool-result-end': {
      // "`0`, `false`, `""`, `[]`, `{}` are results; only null or absent means 'join the deltas'."
      // An end that adds nothing to an earlier one leaves it: the same result in another spelling.
      const result = event.result ?? (joined || (call.result ?? ''));
      return { ...state, call: { ...call, result, completed: true }, joined: '' };
    }
    case 'todo-update':
      return { ...state, call: { ...call, todos: event.todos } };
    case 'tool-call-end':
    case 'tool-result-start':
      return state;
  }
};
