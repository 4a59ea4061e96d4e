import { InvalidArgumentError } from '../errors';
import { jsonSchema, type Target } from './jsonSchema';
import type { Codec, StandardSchema } from './Output';

type Failed = Extract<ReturnType<Codec<unknown>['decode']>, { readonly _tag: 'Left' }>;
type Context = Failed['left'][number]['context'];

/** The way to a value. The members of a union or an intersection are no step of it. */
const pathOf = (context: Context): readonly string[] =>
  context
    .filter((_, step) => {
      const { _tag: tag } = (context[step - 1]?.type ?? {}) as { readonly _tag?: string };
      return step > 0 && tag !== 'UnionType' && tag !== 'IntersectionType';
    })
    .map(({ key }) => key);

/** What is wrong, as paths and expected types; never the values. Of a union each member says it. */
const issuesOf = (errors: Failed['left']) =>
  errors.map(({ context }) => {
    const expected = context.at(-1)!.type.name;
    return { message: `expected ${expected}`, path: pathOf(context), expected };
  });

const target = (given: string): Target => {
  if (given === 'draft-2020-12' || given === 'draft-07') return given;
  throw new InvalidArgumentError('target', 'must be draft-2020-12 or draft-07');
};

/**
 * An io-ts codec as a [Standard Schema](https://standardschema.dev), with its JSON Schema: for
 * whatever takes one. It validates at once, and its issues hold no values.
 *
 * The JSON Schema is told of `type`, `partial`, `strict`, `exact`, `intersection`, `union`,
 * `literal`, `keyof`, `array`, `readonlyArray`, `tuple`, `record`, `null`, the basic ones, and
 * refinements of them, which are told as what they refine.
 *
 * @example
 * ```ts
 * import * as t from 'io-ts';
 * import { standard } from 'm8tes-rx';
 *
 * const Draft = standard(t.type({ subject: t.string, urgent: t.boolean }));
 * console.log(Draft['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));
 * ```
 *
 * @throws InvalidArgumentError by `jsonSchema`, of a codec that JSON Schema cannot tell.
 * @see Runs.create whose `output` takes codecs as they are
 */
export const standard = <A>(codec: Codec<A>): StandardSchema<A> => {
  const schema = (options: { readonly target: string }) =>
    jsonSchema(codec, target(options.target), 'codec');
  return {
    '~standard': {
      version: 1,
      vendor: 'io-ts',
      validate: (value) => {
        const decoded = codec.decode(value);
        return decoded._tag === 'Left'
          ? { issues: issuesOf(decoded.left) }
          : { value: decoded.right };
      },
      jsonSchema: { input: schema, output: schema },
    },
  };
};
