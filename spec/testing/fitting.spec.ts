import fc from 'fast-check';
import { z } from 'zod';
import { fitting } from '../../lib/testing/fitting';

describe('fitting', () => {
  it.each<[object, unknown]>([
    [{}, null],
    [{ type: 'null' }, null],
    [{ type: 'string' }, 'text'],
    [{ type: 'string', minLength: 6 }, 'text..'],
    [{ type: 'string', maxLength: 2 }, 'te'],
    [{ type: 'string', format: 'date' }, '2026-01-01'],
    [{ type: 'number' }, 0],
    [{ type: 'integer', minimum: 3 }, 3],
    [{ type: 'integer', exclusiveMinimum: 3 }, 4],
    [{ type: 'integer', minimum: 3, multipleOf: 5 }, 5],
    [{ type: 'number', maximum: -2 }, -2],
    [{ type: 'boolean' }, true],
    [{ type: ['string', 'null'] }, 'text'],
    [{ const: 0 }, 0],
    [{ enum: ['b', 'a'] }, 'b'],
    [{ type: 'string', default: 'usual' }, 'usual'],
    [{ type: 'string', examples: ['one'] }, 'one'],
    [{ anyOf: [{ type: 'boolean' }, { type: 'null' }] }, true],
    [{ oneOf: [{ type: 'null' }] }, null],
    [{ type: 'array', items: { type: 'string' } }, ['text']],
    [{ type: 'array', items: { type: 'string' }, minItems: 2 }, ['text', 'text']],
    [{ type: 'array', items: { type: 'string' }, maxItems: 0 }, []],
    [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'null' }] }, ['text', null]],
    [{ type: 'array' }, []],
    [{ type: 'object' }, {}],
    [{ type: 'object', properties: { a: { type: 'string' } } }, { a: 'text' }],
    [
      {
        type: 'object',
        allOf: [{ properties: { a: { type: 'string' } } }, { properties: { b: { const: 1 } } }],
      },
      { a: 'text', b: 1 },
    ],
  ])('makes of %j %j', (schema, value) => {
    expect(fitting(schema)).toEqual(value);
  });

  it('makes what fits a schema of another library', () => {
    const Everything = z.object({
      text: z.string().min(7),
      mail: z.email(),
      when: z.iso.datetime(),
      id: z.uuid(),
      link: z.url(),
      count: z.int().min(2).max(9),
      part: z.number().gt(0.5),
      is: z.boolean(),
      kind: z.enum(['a', 'b']),
      maybe: z.string().nullable().optional(),
      either: z.union([z.object({ a: z.literal(1) }), z.null()]),
      pair: z.tuple([z.string(), z.number()]),
      list: z.array(z.object({ deep: z.array(z.null()) })).min(2),
      any: z.record(z.string(), z.number()),
      both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.int() })),
    });
    const schema = z.toJSONSchema(Everything, { io: 'input' });
    expect(Everything.safeParse(fitting(schema)).error?.issues).toBeUndefined();
  });

  it('makes something of anything', () => {
    fc.assert(fc.property(fc.jsonValue(), (schema) => void fitting(schema)));
  });
});
