import * as t from 'io-ts';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import { expected, type Output, type StandardSchema } from '../../lib/api/Output';
import { DecodeError, InvalidArgumentError } from '../../lib/errors';

const Draft = t.type({ subject: t.string });

type Props = StandardSchema<unknown>['~standard'];
/** A Standard Schema of any make. */
const made = (
  props: { readonly schema?: unknown } & Partial<Omit<Props, 'jsonSchema'>> = {},
): StandardSchema<unknown> => {
  const { schema = { type: 'object' }, ...rest } = props;
  const tell = () => schema as Record<string, unknown>;
  return {
    '~standard': {
      version: 1,
      vendor: 'handmade',
      validate: (value) => ({ value }),
      jsonSchema: { input: tell, output: tell },
      ...rest,
    },
  };
};

const decoded = (output: Output<unknown>, value: unknown) =>
  firstValueFrom(expected(output).decode(value, 'run 7'));

const problemsOf = async (output: Output<unknown>, value: unknown) => {
  const error: unknown = await decoded(output, value).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DecodeError);
  expect((error as DecodeError).message).toContain('the output_data of run 7 does not fit output');
  return (error as DecodeError).problems;
};

describe('expected', () => {
  it('sends what an io-ts codec decodes', () => {
    expect(expected(Draft).output_schema).toEqual({
      type: 'object',
      properties: { subject: { type: 'string' } },
      required: ['subject'],
    });
  });

  it('sends what a schema of zod takes, which need not be what it gives', () => {
    const Due = z.object({
      due: z.string().transform((text) => new Date(text)),
      n: z.number().default(1),
    });
    expect(expected(Due).output_schema).toEqual({
      type: 'object',
      properties: { due: { type: 'string' }, n: { type: 'number', default: 1 } },
      required: ['due'],
    });
  });

  it('decodes by either', async () => {
    expect(await decoded(Draft, { subject: 'hi' })).toEqual({ subject: 'hi' });
    const Due = z.object({ due: z.string().transform((text) => new Date(text)) });
    expect(await decoded(Due, { due: '2026-01-01' })).toEqual({ due: new Date('2026-01-01') });
  });

  it('waits for what validates in its own time', async () => {
    const Slow = z.object({ subject: z.string().refine(async (text) => text !== 'no') });
    expect(await decoded(Slow, { subject: 'hi' })).toEqual({ subject: 'hi' });
    expect(await problemsOf(Slow, { subject: 'no' })).toEqual(['subject: does not fit (custom)']);
  });

  it('is the error of what validates by throwing', async () => {
    const thrown = new RangeError('of the schema');
    const throws = made({
      validate: () => {
        throw thrown;
      },
    });
    await expect(decoded(throws, {})).rejects.toBe(thrown);
    const rejects = made({ validate: () => Promise.reject(thrown) });
    await expect(decoded(rejects, {})).rejects.toBe(thrown);
  });

  it('says what does not fit by paths, and never by values', async () => {
    const value = { subject: 7, kind: 'secret', to: ['a', 'secret'] };
    const Kind = z.object({
      subject: z.string(),
      kind: z.enum(['a', 'b']),
      to: z.array(z.string().max(3, { error: ({ input }) => `not ${JSON.stringify(input)}` })),
    });
    expect(await problemsOf(Kind, value)).toEqual([
      'subject: expected string',
      'kind: does not fit (invalid_value)',
      'to.1: does not fit (too_big)',
    ]);
    expect(await problemsOf(Draft, value)).toEqual(['subject: expected string']);
    expect(await problemsOf(Draft, undefined)).toEqual(['the whole: expected { subject: string }']);
  });

  it('has no use for the words of a schema library, which may quote the value', async () => {
    const quotes = made({
      validate: (value) => ({
        issues: [
          { message: `not ${String(value)}`, path: ['a', { key: 'b' }, 0, Symbol('c')] },
          { message: 'twice', path: ['d'], code: `it is ${String(value)}` },
          { message: 'again', path: ['d'] },
          { message: 'none' },
        ],
      }),
    });
    expect(await problemsOf(quotes, 'secret')).toEqual([
      'a.b.0.Symbol(c): does not fit',
      'd: does not fit',
      'the whole: does not fit',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'output must be an io-ts codec or a Standard Schema'],
    ['text', 'Draft', 'output must be an io-ts codec or a Standard Schema'],
    ['a JSON Schema', { type: 'object' }, 'output must be an io-ts codec or a Standard Schema'],
    ['a list', t.array(t.string), 'output must be an object'],
    [
      'of two kinds',
      z.union([z.object({}), z.object({ a: z.null() })]),
      'output must be an object',
    ],
    ['a date', z.object({ d: z.date() }), 'output cannot be told as JSON Schema'],
    [
      'a codec made by hand',
      t.type({ d: new t.Type('Due', t.string.is, t.string.validate, t.identity) }),
      'output cannot be told as JSON Schema: codec.d is Due',
    ],
    [
      'recursive',
      z.object({
        get children() {
          return z.array(z.lazy((): z.ZodType => Recursive));
        },
      }),
      'output must be told without $ref',
    ],
    [
      'without JSON Schema',
      { '~standard': { version: 1, vendor: 'old', validate: () => ({}) } },
      'old',
    ],
  ])('refuses what is %s', (_, output, message) => {
    expect(() => expected(output as Output<unknown>)).toThrow(InvalidArgumentError);
    expect(() => expected(output as Output<unknown>)).toThrow(message);
  });
  const Recursive = z.object({
    get children(): z.ZodArray<z.ZodType> {
      return z.array(Recursive);
    },
  });

  it.each<[object, boolean]>([
    [{ $ref: '#/$defs/a' }, true],
    [{ properties: { a: { items: [{ $ref: '#' }] } } }, true],
    [{ properties: { properties: { $ref: '#' } } }, true],
    [{ $defs: { a: { $ref: '#' } } }, true],
    [{ $dynamicRef: '#a' }, true],
    [{ properties: { $ref: { type: 'string' } } }, false],
    [{ properties: { const: { const: { $ref: 'data' } } } }, false],
    [{ properties: { enum: { $ref: '#' } } }, true],
    [{ enum: [{ $ref: 'data' }], default: { $ref: 'data' }, examples: [{ $ref: 'data' }] }, false],
  ])('knows a reference where it is one: %j', (schema, isRefused) => {
    const make = () => expected(made({ schema: { type: 'object', ...schema } }));
    if (isRefused) expect(make).toThrow('must be told without $');
    else expect(make().output_schema).toEqual({ type: 'object', ...schema });
  });

  it('takes a schema that holds itself for one', () => {
    const schema: Record<string, unknown> = { type: 'object' };
    schema['properties'] = { a: schema };
    expect(expected(made({ schema })).output_schema['type']).toBe('object');
  });
});
