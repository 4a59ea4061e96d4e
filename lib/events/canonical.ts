import { failure } from './failure';
import { json } from './json';

type Frame = { readonly [field: string]: unknown };
type Spell = (frame: Frame) => Frame;

const given = (value: unknown): boolean => value !== undefined && value !== null;

/** What is nested in a frame; what is not an object there has no fields. */
const inside = (value: unknown): Frame =>
  typeof value === 'object' && value !== null ? (value as Frame) : {};

/** The frame with other words, if there are any, for what it says; what they lack is null: absent. */
const respelt = (frame: Frame, words?: Frame): Frame => {
  if (words === undefined) return frame;
  const respelt: Record<string, unknown> = { ...frame };
  for (const [field, value] of Object.entries(words)) respelt[field] = value ?? null;
  return respelt;
};

/** An older spelling of a field counts where the field itself is not there. */
const older =
  (field: string, ...spellings: readonly string[]): Spell =>
  (frame) => {
    if (given(frame[field])) return frame;
    const spelling = spellings.find((name) => given(frame[name]));
    return spelling === undefined ? frame : { ...frame, [field]: frame[spelling] };
  };

/** "An `error` that is an object is shown by its own `message`, else as JSON." [wire §3] */
const errorText: Spell = (frame) => {
  const told = older('error', 'message')(frame);
  const { error } = told;
  if (typeof error !== 'object' || error === null) return told;
  const { message } = inside(error);
  return { ...told, error: typeof message === 'string' ? message : json(error) };
};

/** When the payload is absent, every field but `type` is the payload. [wire §3] */
const ownPayload: Spell = (frame) => {
  if (given(frame['payload'])) return frame;
  const { type: _type, payload: _payload, ...payload } = frame;
  return { ...frame, payload };
};

type Part = (frame: Frame, part: Frame) => Frame;

/** `content_block_delta` by its `delta.type`. */
const deltas: ReadonlyMap<unknown, Part> = new Map<unknown, Part>([
  ['text_delta', (_, { text }) => ({ type: 'text-delta', delta: text })],
  [
    'thinking_delta',
    (_, { text, thinking }) => ({ type: 'thinking-delta', delta: text ?? thinking }),
  ],
  ['plan_delta', (_, { text }) => ({ type: 'plan-delta', delta: text })],
  [
    'input_json_delta',
    ({ id }, { partial_json: delta }) => ({ type: 'tool-call-delta', toolCallId: id, delta }),
  ],
]);

/** `content_block_start` by its `content_block.type`, or `block_type`. */
const blocks: ReadonlyMap<unknown, Part> = new Map<unknown, Part>([
  ['text', ({ id }, block) => ({ type: 'text-start', id: id ?? block['id'] })],
  ['thinking', ({ id }, block) => ({ type: 'thinking-start', id: id ?? block['id'] })],
  ['plan', ({ id }, block) => ({ type: 'plan-start', id: id ?? block['id'] })],
  [
    'tool_use',
    ({ id, name }, block) => ({
      type: 'tool-call-start',
      toolCallId: id ?? block['id'],
      toolName: block['name'] ?? name,
    }),
  ],
]);

const contentDelta: Spell = (frame) => {
  const delta = inside(frame['delta']);
  return respelt(frame, deltas.get(delta['type'])?.(frame, delta));
};

const contentStart: Spell = (frame) => {
  const block = inside(frame['content_block']);
  return respelt(frame, blocks.get(block['type'] ?? frame['block_type'])?.(frame, block));
};

const messageDelta: Spell = (frame) => {
  const { text } = inside(frame['delta']);
  return typeof text === 'string' ? respelt(frame, { type: 'text-delta', delta: text }) : frame;
};

const messageEnd: Spell = (frame) =>
  respelt(frame, { type: 'message-end', messageId: frame['message_id'] });

/** Every frame that says in another way what a canonical one says. */
const spellings: ReadonlyMap<unknown, Spell> = new Map<unknown, Spell>([
  ['reasoning-delta', older('delta', 'text')],
  ['thinking-delta', older('delta', 'text')],
  ['plan-delta', older('delta', 'text', 'plan')],
  ['todo-update', older('toolCallId', 'tool_call_id')],
  ['metadata', ownPayload],
  ...Object.keys(failure).map((type): [string, Spell] => [type, errorText]),

  // The model's native frames. `content_block_stop` has no twin: its block's type is unknown.
  ['content_block_delta', contentDelta],
  ['content_block_start', contentStart],
  ['message_delta', messageDelta],
  ['message_stop', messageEnd],
  ['message_complete', messageEnd],
  [
    'message_start',
    (frame) => respelt(frame, { type: 'message-start', messageId: inside(frame['message'])['id'] }),
  ],
  [
    'tool_use',
    (frame) =>
      respelt(frame, { type: 'tool-call-start', toolCallId: frame['id'], toolName: frame['name'] }),
  ],
  [
    'tool_result',
    (frame) =>
      respelt(frame, {
        type: 'tool-result-end',
        toolCallId: frame['tool_use_id'] ?? frame['id'],
        result: frame['content'] ?? frame['result'],
      }),
  ],
]);

/**
 * A frame in its canonical spelling: older field names and the model's native frames become the
 * frames of the table; every other frame is handed back as it is. [wire §3]
 */
export const canonical = (frame: Frame): Frame => spellings.get(frame['type'])?.(frame) ?? frame;
