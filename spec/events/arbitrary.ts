import fc from 'fast-check';
import { anyText } from '../helpers/anyText';
import { rows, types, type Row } from './protocol';

type Json = { readonly [name: string]: unknown };

/** As it is after a journey over the wire: without `-0`, say. */
const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** Names that break what is careless with objects. */
export const hostile = [
  '__proto__',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'then',
  'toJSON',
  'unknown',
  'malformed',
] as const;

const key = fc.oneof({ weight: 3, arbitrary: fc.string() }, fc.constantFrom(...hostile));

/** Any JSON value, hostile keys and lone surrogates among it. */
export const json: fc.Arbitrary<unknown> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<unknown>(null, true, false, 0, '', [], {}),
      fc.oneof(
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        anyText,
        fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
      ),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(fc.tuple(key, tie('value')), { maxLength: 4 })
        .map((entries) => Object.fromEntries(entries)),
    ),
  }))
  .value.map(travelled);

/** Fields outside the table of a type. */
const extras = (fields: Row['fields']): fc.Arbitrary<[string, unknown][]> =>
  fc.array(
    fc.tuple(
      // The older spellings are fields too, see canonical.spec.ts.
      key.filter((name) => !(Object.hasOwn(fields, name) || name === 'type' || isOlder.has(name))),
      json,
    ),
    { maxLength: 3 },
  );
const isOlder = new Set(['text', 'plan', 'tool_call_id', 'message']);

/** A frame of a type of the table, its fields right, null, missing or wrong, in any order. */
export const knownFrame: fc.Arbitrary<Json> = fc.constantFrom(...types).chain((type) => {
  const { fields } = rows[type]!;
  const given = Object.entries(fields).map(([name, field]) =>
    fc.oneof(
      { weight: 4, arbitrary: field.any.map((value) => [[name, travelled(value)]]) },
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constant([[name, null]]) },
      { weight: 1, arbitrary: json.map((value) => [[name, value]]) },
    ),
  );
  return fc
    .tuple(extras(fields), ...given)
    .map((entries) => [...entries.flat(), ['type', type]] as [string, unknown][])
    .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
    .map((entries): Json => Object.fromEntries(entries));
});

const part = fc.record(
  {
    type: fc.constantFrom(
      'text_delta',
      'thinking_delta',
      'plan_delta',
      'input_json_delta',
      'signature_delta',
      'text',
      'thinking',
      'plan',
      'tool_use',
      'image',
      null,
    ),
    text: fc.oneof(fc.string(), json),
    thinking: fc.oneof(fc.string(), json),
    partial_json: fc.oneof(fc.string(), json),
    id: fc.oneof(fc.string(), json),
    name: fc.oneof(fc.string(), json),
  },
  { requiredKeys: [] },
);

/** A frame in the model's own spelling, or in one nearly its own. */
export const nativeFrame: fc.Arbitrary<Json> = fc
  .record(
    {
      type: fc.constantFrom(
        'content_block_delta',
        'content_block_start',
        'content_block_stop',
        'message_start',
        'message_stop',
        'message_complete',
        'message_delta',
        'tool_use',
        'tool_result',
      ),
      id: fc.oneof(fc.string(), json),
      name: fc.oneof(fc.string(), json),
      delta: fc.oneof(part, part, json),
      content_block: fc.oneof(part, part, json),
      block_type: fc.constantFrom('text', 'thinking', 'plan', 'tool_use', 'image', null),
      message: fc.oneof(part, json),
      message_id: fc.oneof(fc.string(), json),
      tool_use_id: fc.oneof(fc.string(), json),
      content: json,
      result: json,
      input: json,
      index: fc.nat(),
    },
    { requiredKeys: ['type'] },
  )
  .map((frame) => travelled(frame) as Json);

/** A frame with older words, or with a text where it may be. */
const olderFrame: fc.Arbitrary<Json> = fc
  .record(
    {
      type: fc.constantFrom(
        ...types.filter((type) => rows[type]!.does.includes('fails')),
        ...['reasoning-delta', 'thinking-delta', 'plan-delta', 'todo-update', 'metadata'],
      ),
      delta: fc.oneof(fc.string(), fc.constantFrom('', null), json),
      text: fc.oneof(fc.string(), json),
      plan: fc.oneof(fc.string(), json),
      tool_call_id: fc.oneof(fc.string(), json),
      error: fc.oneof(fc.string(), fc.record({ message: json }), json),
      message: fc.oneof(fc.string(), json),
      run_id: fc.oneof(fc.nat(), json),
      usage: fc.oneof(fc.dictionary(key, json), json),
    },
    { requiredKeys: ['type'] },
  )
  .map((frame) => travelled(frame) as Json);

/** A frame of a type that is nowhere in the contract. */
export const unknownFrame: fc.Arbitrary<Json> = fc
  .tuple(
    fc.array(fc.tuple(key, json), { maxLength: 4 }),
    fc.oneof(
      fc.constantFrom<unknown>(
        ...hostile,
        'Text-Delta',
        'text-delta ',
        ' done',
        'DONE',
        '',
        null,
        5,
      ),
      fc.string().filter((name) => !Object.hasOwn(rows, name)),
    ),
  )
  .map(([entries, type]): Json => Object.fromEntries([...entries, ['type', type]]));

/** A JSON object that is a frame of some kind. */
export const anyFrame: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: knownFrame },
  { weight: 2, arbitrary: nativeFrame },
  olderFrame,
  unknownFrame,
);

/** What may stand in `data:`: frames, other JSON, broken JSON, and anything at all. */
export const anyData: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: anyFrame.map((frame) => JSON.stringify(frame)) },
  json.map((value) => JSON.stringify(value)),
  anyFrame
    .map((frame) => JSON.stringify(frame))
    .chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))),
  anyText,
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    '[DONE]',
    '\n [DONE]\t',
    '[DONE',
    '[done]',
    'null',
    '\ufeff{}',
    'NaN',
    '{}{}',
  ),
);

/** An event of every type of the table, made as a caller would make one; and unknown ones. */
export const anyEvent: fc.Arbitrary<Json & { readonly type: string }> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...types).chain((type) => eventOf(type)),
  },
  unknownFrame.map((raw) => ({
    type: 'unknown',
    name: typeof raw['type'] === 'string' ? raw['type'] : '',
    raw,
  })),
);

export const eventOf = (type: string): fc.Arbitrary<Json & { readonly type: string }> => {
  const { fields } = rows[type]!;
  const given = Object.entries(fields).map(([name, field]) =>
    fc
      .tuple(field.any.map(travelled), fc.boolean())
      .map(([value, isThere]) => ('absent' in field || isThere ? [[name, value]] : [])),
  );
  return fc
    .tuple(extras(fields), ...given)
    .map((entries) => ({ ...Object.fromEntries(entries.flat() as [string, unknown][]), type }));
};
