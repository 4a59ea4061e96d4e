import type { Script } from '../Script';

/**
 * The run of the documentation's streaming page, byte for byte: the server's first run has the id
 * 123, and the server itself sends the first of the six frames. [wire §3]
 */
export const sample: Script = () => [
  { type: 'text-delta', delta: 'Here are ' },
  { type: 'text-delta', delta: 'the open tickets...' },
  { type: 'tool-call-start', toolName: 'gmail_search', toolCallId: 'tc_1' },
  { type: 'tool-result-end', toolCallId: 'tc_1', result: '...' },
  { type: 'done', stop_reason: 'end_turn' },
];
