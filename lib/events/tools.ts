import * as t from 'io-ts';
import { object } from './object';
import { optional } from './optional';
import { orElse } from './orElse';

const toolCallId = optional(t.string);
const delta = orElse(t.string, '');

/**
 * Tool calls: their arguments' JSON text arrives in deltas, and so may their results. [wire §3]
 * A whole `tool_use` brings its arguments in `input`; a result that is absent is its deltas joined.
 */
export const tools = {
  'tool-call-start': { toolCallId, toolName: optional(t.string), input: optional(t.unknown) },
  'tool-call-delta': { toolCallId, delta },
  'tool-call-end': { toolCallId },
  'tool-result-start': { toolCallId },
  'tool-result-delta': { toolCallId, delta },
  'tool-result-end': { toolCallId, result: optional(t.unknown) },
  'todo-update': { toolCallId, todos: orElse(t.readonlyArray(object), Object.freeze([])) },
};
