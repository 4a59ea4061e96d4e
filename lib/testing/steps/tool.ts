import type { Frame } from '../Script';

/** One call of a tool. */
export interface ToolCall {
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
}: ToolCall): readonly Frame[] => [
  { type: 'tool-call-start', toolCallId: id, toolName: name },
  ...pieces(JSON.stringify(input)).map((delta) => ({
    type: 'tool-call-delta',
    toolCallId: id,
    delta,
  })),
  { type: 'tool-call-end', toolCallId: id },
  { type: 'tool-result-end', toolCallId: id, result },
];
