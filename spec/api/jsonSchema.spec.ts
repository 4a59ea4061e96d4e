import * as t from 'io-ts';
import { z } from 'zod';
import { jsonSchema, type Target } from '../../lib/api/jsonSchema';
import type { Codec } from '../../lib/api/Output';
import { InvalidArgumentError } from '../../lib/errors';
import { fitting } from '../../lib/testing/fitting';

const of = (codec: Codec<unknown>, target: Target = 'draft-2020-12') =>
  jsonSchema(codec, target, 'codec');

const Email = new t.Type<string>('Email', t.string.is, t.string.validate, t.identity);
const Short = t.refinement(t.string, (text) => text.length < 9, 'Short');
interface Positive {
  readonly Positive: unique symbol;
}
const Positive = t.brand(t.number, (n): n is t.Branded<number, Positive> => n >= 0, 'Positive');

/** What can be told. Each fits what is made from its schema, too. */
const told: readonly [string, Codec<unknown>, object][] = [
  ['null', t.null, { type: 'null' }],
  ['a text', t.string, { type: 'string' }],
  ['a number', t.number, { type: 'number' }],
  ['a whole number', t.Int, { type: 'integer' }],
  ['a flag', t.boolean, { type: 'boolean' }],
  ['anything', t.unknown, {}],
  ['any object', t.UnknownRecord, { type: 'object' }],
  ['any list', t.UnknownArray, { type: 'array' }],
  ['a constant', t.literal('a'), { const: 'a' }],
  ['names', t.keyof({ a: null, b: null }), { enum: ['a', 'b'] }],
  ['a narrower text', Short, { type: 'string' }],
  ['a brand', Positive, { type: 'number' }],
  ['a list', t.array(t.string), { type: 'array', items: { type: 'string' } }],
  ['a list to read', t.readonlyArray(t.null), { type: 'array', items: { type: 'null' } }],
  [
    'a pair',
    t.tuple([t.string, t.number]),
    {
      type: 'array',
      prefixItems: [{ type: 'string' }, { type: 'number' }],
      items: false,
      minItems: 2,
      maxItems: 2,
    },
  ],
  ['constants', t.union([t.literal('a'), t.literal(1)]), { enum: ['a', 1] }],
  [
    'constants and names',
    t.union([t.keyof({ a: null }), t.literal(false)]),
    { enum: ['a', false] },
  ],
  [
    'constants twice',
    t.union([t.literal('a'), t.keyof({ a: null, b: null })]),
    { enum: ['a', 'b'] },
  ],
  [
    'one of two objects',
    t.union([t.type({ a: t.string }), t.partial({ b: t.number })]),
    {
      type: 'object',
      anyOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', properties: { b: { type: 'number' } } },
      ],
    },
  ],
  ['one of two', t.union([t.string, t.null]), { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  [
    'a record',
    t.record(t.string, t.number),
    { type: 'object', additionalProperties: { type: 'number' } },
  ],
  [
    'a record of names',
    t.record(t.keyof({ a: null, b: null }), t.number),
    {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    },
  ],
  [
    'a record of one name',
    t.record(t.literal('a'), t.number),
    { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] },
  ],
  ['no fields', t.type({}), { type: 'object', properties: {} }],
  [
    'fields',
    t.type({ a: t.string, __proto__x: t.number }),
    {
      type: 'object',
      properties: { a: { type: 'string' }, __proto__x: { type: 'number' } },
      required: ['a', '__proto__x'],
    },
  ],
  [
    'fields that may be missing',
    t.partial({ a: t.string }),
    {
      type: 'object',
      properties: { a: { type: 'string' } },
    },
  ],
  [
    'a field that may be undefined',
    t.type({ a: t.union([t.string, t.undefined]), b: t.union([t.string, t.null, t.undefined]) }),
    {
      type: 'object',
      properties: {
        a: { type: 'string' },
        b: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
    },
  ],
  ['a field that is never there', t.type({ a: t.undefined }), { type: 'object', properties: {} }],
  [
    'fields and no others',
    t.exact(t.type({ a: t.string })),
    {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    'fields and no others, strictly',
    t.strict({ a: t.string }),
    {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    'fields to read',
    t.readonly(t.type({ a: t.string })),
    { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
  ],
  [
    'fields, of which some may be missing',
    t.intersection([t.type({ a: t.string }), t.partial({ b: t.number })]),
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'number' } },
      required: ['a'],
    },
  ],
  [
    'those, and no others',
    t.exact(t.intersection([t.type({ a: t.string }), t.partial({ b: t.number })])),
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    'a field that two have',
    t.intersection([t.type({ a: t.string }), t.type({ a: Short })]),
    {
      type: 'object',
      properties: { a: { allOf: [{ type: 'string' }, { type: 'string' }] } },
      required: ['a'],
    },
  ],
  [
    'fields and a record',
    t.intersection([t.type({ a: t.string }), t.record(t.string, t.string)]),
    {
      type: 'object',
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
        { type: 'object', additionalProperties: { type: 'string' } },
      ],
    },
  ],
];

describe('jsonSchema', () => {
  it.each(told)('tells %s', (_, codec, schema) => {
    expect(of(codec)).toEqual(schema);
  });

  it.each(told)('tells %s so that what fits the schema fits the codec', (_, codec, schema) => {
    expect(codec.decode(fitting(schema))).toMatchObject({ _tag: 'Right' });
  });

  it.each(told)('tells %s so that another reader of schemas takes the same', (_, codec, schema) => {
    const other = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    expect(other.safeParse(fitting(of(codec))).success).toBe(true);
  });

  it('tells a pair as the older edition has it', () => {
    expect(of(t.tuple([t.string]), 'draft-07')).toEqual({
      type: 'array',
      items: [{ type: 'string' }],
      additionalItems: false,
      minItems: 1,
      maxItems: 1,
    });
  });

  it('keeps names as data', () => {
    const props = Object.fromEntries([['__proto__', t.string]]) as t.Props;
    const { properties, required } = of(t.type(props));
    expect(Object.keys(properties as object)).toEqual(['__proto__']);
    expect(required).toEqual(['__proto__']);
  });

  interface Tree {
    readonly children: readonly Tree[];
  }
  const Tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ children: t.readonlyArray(Tree) }));

  it.each<[string, Codec<unknown>, string]>([
    ['made by hand', t.type({ to: t.array(Email) }), 'codec.to[] is Email'],
    ['piped', t.type({ a: t.string.pipe(t.string, 'Twice') }), 'codec.a is Twice'],
    ['recursive', t.type({ root: Tree }), 'codec.root is Tree, which is recursive'],
    ['undefined in a list', t.type({ a: t.array(t.undefined) }), 'codec.a[] is undefined'],
    ['a function', t.type({ f: t.Function }), 'codec.f is Function'],
    ['a big number', t.type({ n: t.bigint }), 'codec.n is bigint'],
    ['in a pair', t.tuple([t.string, Email]), 'codec[1] is Email'],
    ['in a union', t.type({ a: t.union([t.string, Email]) }), 'codec.a is Email'],
    ['in a record', t.record(t.string, Email), 'codec[] is Email'],
    ['a record by what is no text', t.record(Email, t.string), 'codec is Email'],
  ])('refuses what is %s', (_, codec, message) => {
    expect(() => of(codec)).toThrow(InvalidArgumentError);
    expect(() => of(codec)).toThrow(message);
  });
});
