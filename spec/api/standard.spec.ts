import * as t from 'io-ts';
import type { StandardSchema } from 'm8tes-rx';
import { standard } from '../../lib/api/standard';

const Draft = t.intersection([
  t.type({ subject: t.string, to: t.array(t.union([t.string, t.null])) }),
  t.partial({ urgent: t.boolean }),
]);
const { '~standard': props } = standard(Draft);

type Target = 'draft-2020-12' | 'draft-07' | 'openapi-3.0' | (Record<never, never> & string);
/** The specification's own words, as far as a consumer reads them. */
interface Specified<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
      options?: { readonly libraryOptions?: Record<string, unknown> | undefined },
    ) => Result<Output> | Promise<Result<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: Target }) => Record<string, unknown>;
      readonly output: (options: { readonly target: Target }) => Record<string, unknown>;
    };
  };
}
type Result<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: ReadonlyArray<{
        readonly message: string;
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
      }>;
    };

describe('standard', () => {
  it('is a Standard Schema, with its JSON Schema', () => {
    const specified: Specified<t.TypeOf<typeof Draft>> = standard(Draft);
    const ours: StandardSchema<t.TypeOf<typeof Draft>> = specified;
    expect(ours['~standard']).toMatchObject({ version: 1, vendor: 'io-ts' });
  });

  it('gives what the codec decodes', () => {
    const value = { subject: 'hi', to: ['ada', null], more: 1 };
    expect(props.validate(value)).toEqual({ value });
  });

  it('says what is wrong and where, without the values, and without the members of a union', () => {
    const said = props.validate({
      subject: 'secret',
      to: ['secret', { secret: 1 }],
      urgent: 'yes',
    });
    expect(said).toEqual({
      issues: [
        { message: 'expected string', path: ['to', '1'], expected: 'string' },
        { message: 'expected null', path: ['to', '1'], expected: 'null' },
        { message: 'expected boolean', path: ['urgent'], expected: 'boolean' },
      ],
    });
    expect(JSON.stringify(props.validate('secret'))).not.toContain('secret');
  });

  it.each(['draft-2020-12', 'draft-07'])('tells its JSON Schema in %s', (target) => {
    const schema = {
      type: 'object',
      properties: {
        subject: { type: 'string' },
        to: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
        urgent: { type: 'boolean' },
      },
      required: ['subject', 'to'],
    };
    expect(props.jsonSchema.input({ target })).toEqual(schema);
    expect(props.jsonSchema.output({ target })).toEqual(schema);
  });

  it('refuses another edition', () => {
    expect(() => props.jsonSchema.input({ target: 'openapi-3.0' })).toThrow('draft-2020-12');
  });
});
