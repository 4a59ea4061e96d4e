import { json } from './json';
import { protocol, type Row } from './protocol';
import { isObject } from './record';

type Frame = { readonly [field: string]: unknown };
type Spell = (frame: Frame) => Frame;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const isTold = (value: unknown): boolean =>
  value !== undefined && value !== '' && typeof value !== 'object';

/**
 * What several spellings of one field say: the first that tells something, for "an empty text counts
 * as absent when the older one has text" [wire §3]; else the first that is there at all.
 */
const said = (...spellings: readonly unknown[]): unknown =>
  spellings.find(isTold) ?? spellings.find(isGiven);

/** What is nested in a frame; what is not an object there has no fields. */
const inside = (value: unknown): Frame => (isObject(value) ? value : {});

/** The frame with other words, if there are any, for what it says; what they lack is null: absent. */
const respelt = (frame: Frame, words?: Frame): Frame => {
  if (words === undefined) return frame;
  const respelt: Record<string, unknown> = { ...frame };
  for (const [field, value] of Object.entries(words)) respelt[field] = value ?? null;
  return respelt;
};

/** An older spelling of a field counts where the field itself says nothing. */
const older =
  (field: string, ...spellings: readonly string[]): Spell =>
  (frame) => {
    const value = said(frame[field], ...spellings.map((name) => frame[name]));
    return value === frame[field] || !isGiven(value) ? frame : { ...frame, [field]: value };
  };

/** "Not text, not an object with a `message`: as JSON." [wire §3] */
const shown = (value: unknown): string => {
  if (!isGiven(value)) return '';
  if (typeof value === 'string') return value;
  const { message } = inside(value);
  return typeof message === 'string' && message !== '' ? message : json(value);
};

/** "An `error` of any kind has a text", and may carry it in `message`. [wire §3] */
const errorText: Spell = (frame) => {
  const error = shown(frame['error']) || shown(frame['message']);
  return error === '' || error === frame['error'] ? frame : { ...frame, error };
};

/** When the payload is absent, every field but `type` is the payload. [wire §3] */
const ownPayload: Spell = (frame) => {
  if (isObject(frame['payload'])) return frame;
  const { type: _type, payload: _payload, ...payload } = frame;
  return { ...frame, payload };
};

type Part = (frame: Frame, part: Frame) => Frame;

/** `content_block_delta` by its `delta.type`. */
const deltas: ReadonlyMap<unknown, Part> = new Map<unknown, Part>([
  ['text_delta', (_, { text }) => ({ type: 'text-delta', delta: text })],
  [
    'thinking_delta',
    (_, { text, thinking }) => ({ type: 'thinking-delta', delta: said(text, thinking) }),
  ],
  ['plan_delta', (_, { text }) => ({ type: 'plan-delta', delta: text })],
  [
    'input_json_delta',
    ({ id }, { partial_json: delta }) => ({ type: 'tool-call-delta', toolCallId: id, delta }),
  ],
]);

/** `content_block_start` by its `content_block.type`, or `block_type`. */
const blocks: ReadonlyMap<unknown, Part> = new Map<unknown, Part>([
  ['text', ({ id }, block) => ({ type: 'text-start', id: said(id, block['id']) })],
  ['thinking', ({ id }, block) => ({ type: 'thinking-start', id: said(id, block['id']) })],
  ['plan', ({ id }, block) => ({ type: 'plan-start', id: said(id, block['id']) })],
  [
    'tool_use',
    ({ id, name }, block) => ({
      type: 'tool-call-start',
      toolCallId: said(id, block['id']),
      toolName: said(block['name'], name),
    }),
  ],
]);

const contentDelta: Spell = (frame) => {
  const delta = inside(frame['delta']);
  return respelt(frame, deltas.get(delta['type'])?.(frame, delta));
};

const contentStart: Spell = (frame) => {
  const block = inside(frame['content_block']);
  return respelt(frame, blocks.get(said(block['type'], frame['block_type']))?.(frame, block));
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
  ...Object.entries<Row>(protocol)
    .filter(([, { deeds }]) => deeds.includes('fails'))
    .map(([type]): [string, Spell] => [type, errorText]),

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
        toolCallId: said(frame['tool_use_id'], frame['id']),
        result: frame['content'] ?? frame['result'],
      }),
  ],
]);

/**
 * A frame in its canonical spelling: older field names and the model's native frames become the
 * frames of the table; every other frame is handed back as it is. [wire §3]
 */
export const canonical = (frame: Frame): Frame => spellings.get(frame['type'])?.(frame) ?? frame;
