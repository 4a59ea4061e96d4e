// The run that every variant reads: seeded, so that all of them read the same one.
import { TextEncoder } from 'node:util';

const KiB = 1024;

/** Mulberry32: the same numbers everywhere. */
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const letters = 'etaoinshrdlucmfwypvbgk    eaio,.';
const foreign = ['é', 'ü', 'ß', '—', '…', '→', '日', '本', 'да', '🙂'];

/**
 * A run of `count` events: about 92 % text deltas of 4 to 12 characters (3 % of them with
 * non-ASCII characters, 2 % with a line break or a quote), tool calls with their arguments in
 * deltas, and one result of 256 KiB.
 */
export const corpus = (count, { seed = 5, bigResult = count >= 20_000 } = {}) => {
  const next = random(seed);
  const below = (limit) => Math.floor(next() * limit);
  const word = (length) => {
    let text = '';
    while (text.length < length) text += letters[below(letters.length)];
    return text;
  };
  const piece = () => {
    const text = word(4 + below(9));
    const kind = next();
    if (kind < 0.03) return text.slice(0, -2) + foreign[below(foreign.length)];
    if (kind < 0.05) return text.slice(0, -2) + (kind < 0.04 ? '\n' : '"');
    return text;
  };

  const events = [
    { type: 'metadata', payload: { run_id: 123 } },
    { type: 'message-start', messageId: 'msg_1' },
    { type: 'text-start' },
  ];
  const last = [
    { type: 'text-end' },
    { type: 'message-end', messageId: 'msg_1' },
    { type: 'done', stop_reason: 'end_turn' },
  ];
  let calls = 0;
  let isBigDue = bigResult;
  while (events.length < count - last.length) {
    const left = count - last.length - events.length;
    if (left < 8 || next() > 0.0108) {
      events.push({ type: 'text-delta', delta: piece() });
      continue;
    }
    const toolCallId = `tc_${++calls}`;
    const isBig = isBigDue && events.length > count / 2;
    if (isBig) isBigDue = false;
    events.push({ type: 'tool-call-start', toolName: 'gmail_search', toolCallId });
    const pieces = ['{"query": "', word(10), word(12), word(8), '"}'];
    for (const delta of pieces) events.push({ type: 'tool-call-delta', toolCallId, delta });
    const result = word(isBig ? 256 * KiB : 40 + below(200));
    events.push({ type: 'tool-result-end', toolCallId, result });
  }
  return [...events, ...last];
};

/** JSON as Python writes it, and as the documented sample of the stream has it. */
const json = (value) =>
  typeof value === 'object' && value !== null
    ? `{${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}: ${json(item)}`)
        .join(', ')}}`
    : JSON.stringify(value);

const data = (value) => `data: ${json(value)}\n\n`;

const agui = (event, id) => {
  const messageId = 'msg_1';
  const toolCallId = event.toolCallId;
  switch (event.type) {
    case 'metadata':
      return { type: 'RUN_STARTED', threadId: 'thread_1', runId: '123' };
    case 'text-start':
      return { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' };
    case 'text-delta':
      return { type: 'TEXT_MESSAGE_CONTENT', messageId, delta: event.delta };
    case 'text-end':
      return { type: 'TEXT_MESSAGE_END', messageId };
    case 'tool-call-start':
      return { type: 'TOOL_CALL_START', toolCallId, toolCallName: event.toolName };
    case 'tool-call-delta':
      return { type: 'TOOL_CALL_ARGS', toolCallId, delta: event.delta };
    case 'tool-result-end':
      return [
        { type: 'TOOL_CALL_END', toolCallId },
        { type: 'TOOL_CALL_RESULT', messageId: `res_${id}`, toolCallId, content: event.result },
      ];
    case 'done':
      return { type: 'RUN_FINISHED', threadId: 'thread_1', runId: '123' };
    default:
      return [];
  }
};

/** The run with every text delta written in another way. */
const deltas = (write) => (events) => [
  ...events.map((event, index) =>
    event.type === 'text-delta' ? write(event, index) : data(event),
  ),
  'data: [DONE]\n\n',
];

/** How each shape writes the run: its frames. All of them tell the same text. */
const shapes = {
  m8tes: (events) => [...events.map(data), 'data: [DONE]\n\n'],
  /** Without the end marker, which is no JSON. */
  unmarked: (events) => events.map(data),
  /** AG-UI's own types; its events carry a messageId. */
  agui: (events) => events.flatMap(agui).map(data),
  /** Anthropic's client reads named events only. */
  named: (events) => events.map((event) => `event: ${event.type}\n${data(event)}`),

  // Where a shortcut for plain text deltas would find that it is none as late as it can.
  escaped: deltas(({ delta, ...event }) => data({ ...event, delta: `${delta}\n` })),
  ids: deltas((event, index) => data({ ...event, id: `msg_${index % 2}` })),
  twice: deltas(({ type, delta }) => {
    const text = JSON.stringify(delta);
    return `data: {"type": "${type}", "delta": "not this", "delta": ${text}}\n\n`;
  }),
  /** Just short enough to be tried, and another by its last field. */
  long: deltas(({ delta, ...event }) =>
    data({ ...event, delta: delta.repeat(50).slice(0, 180), last: true }),
  ),

  /** A run that writes hardly a text (just enough to compare): its deltas are a tool call's arguments. */
  tools: deltas((event, index) =>
    index % 500 === 0
      ? data(event)
      : data({ type: 'tool-call-delta', toolCallId: 'tc_0', delta: event.delta }),
  ),
};

/** The chunks that a body comes in: of so many bytes, or (0) one frame each. */
export const chunks = (events, shape, size) => {
  const encoder = new TextEncoder();
  const frames = shapes[shape](events);
  if (size === 0) return frames.filter(Boolean).map((frame) => encoder.encode(frame));
  const bytes = encoder.encode(frames.join(''));
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.slice(at, at + size));
  return parts;
};
