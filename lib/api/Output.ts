/** What a run is asked to give, beside its words: `output`, as a schema that is sent and that decodes. */
import { defer, from, map, of, type Observable } from 'rxjs';
import { DecodeError, InvalidArgumentError, printable } from '../errors';
import { standard } from './standard';

/** An io-ts codec, of whatever copy of io-ts: as much of one as is used. */
export interface Codec<A> {
  readonly name: string;
  readonly _A: A;
  readonly decode: (value: unknown) =>
    | { readonly _tag: 'Right'; readonly right: A }
    | {
        readonly _tag: 'Left';
        readonly left: readonly {
          readonly context: readonly {
            readonly key: string;
            readonly type: { readonly name: string };
          }[];
        }[];
      };
}

/** A Standard Schema with Standard JSON Schema, as zod 4, ArkType and Valibot's bridge make them. */
export interface StandardSchema<A> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<A> | Promise<Validated<A>>;
    readonly types?: { readonly input: unknown; readonly output: A } | undefined;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>;
      readonly output: (options: { readonly target: string }) => Record<string, unknown>;
    };
  };
}

/** @inline */
type Validated<A> =
  { readonly value: A; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** @inline */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a run's `output_data` is to be: an io-ts codec, or a Standard Schema that has its JSON Schema. */
export type Output<A> = Codec<A> | StandardSchema<A>;

/** An {@link Output} made ready: what is sent, and what comes of the answer. */
export interface Expected<A> {
  readonly output_schema: { readonly [keyword: string]: unknown };
  /** A {@link DecodeError} where it does not fit, with paths and no values. */
  readonly decode: (output_data: unknown, name: string) => Observable<A>;
}

const has = (value: unknown, name: string): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') && name in value;

/** @throws InvalidArgumentError where it is none, or where JSON Schema cannot tell it. */
export const expected = <A>(output: Output<A>): Expected<A> => {
  const schema = has(output, '~standard')
    ? (output as StandardSchema<A>)
    : standard(output as Codec<A>);
  if (!has(output, '~standard') && !(has(output, 'decode') && has(output, 'name'))) {
    throw new InvalidArgumentError('output', 'must be an io-ts codec or a Standard Schema');
  }
  const { validate } = schema['~standard'];
  return {
    output_schema: told(schema),
    decode: (output_data, name) =>
      defer(() => {
        const said = validate(output_data);
        return 'then' in said ? from(said) : of(said);
      }).pipe(
        map((said) => {
          if (!said.issues) return said.value;
          const problems = [...new Set(said.issues.map(problem))];
          throw new DecodeError(`the output_data of ${name} does not fit output`, problems);
        }),
      ),
  };
};

/**
 * What is wrong and where. Not in the words of a schema library, some of which quote the value: by
 * the type or the code that it names beside them, where there is one.
 */
const problem = (issue: Issue): string => {
  const { path = [], expected, code } = issue as Issue & { expected?: unknown; code?: unknown };
  const steps = path.map((step) => String(typeof step === 'object' ? step.key : step));
  const where = printable(steps.join('.'), 200) || 'the whole';
  if (typeof expected === 'string') return `${where}: expected ${printable(expected, 200)}`;
  const isCode = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code);
  return `${where}: does not fit${isCode ? ` (${code})` : ''}`;
};

/** "JSON Schema, type object, no $ref." [wire §1] It tells what is taken, which may be less than what is made of it. */
const told = (schema: StandardSchema<unknown>): Expected<unknown>['output_schema'] => {
  const { jsonSchema, vendor } = schema['~standard'];
  if (jsonSchema === undefined) {
    throw new InvalidArgumentError(
      'output',
      `has no JSON Schema: ${printable(vendor)} gives it none in this version; give an io-ts codec, or output_schema instead`,
    );
  }
  const { $schema: _edition, ...sent } = converted(jsonSchema);
  if (sent['type'] !== 'object') {
    throw new InvalidArgumentError('output', 'must be an object: make what it is a field of one');
  }
  const reference = referenceIn(sent);
  if (reference !== undefined) {
    throw new InvalidArgumentError(
      'output',
      `must be told without ${reference}, which the API refuses: no recursion, and no schemas with an id of their own`,
    );
  }
  return sent;
};

const converted = (jsonSchema: StandardSchema<unknown>['~standard']['jsonSchema']) => {
  try {
    return jsonSchema.input({ target: 'draft-2020-12' });
  } catch (error) {
    const why = error instanceof Error ? printable(error.message, 300) : 'no reason given';
    throw new InvalidArgumentError('output', `cannot be told as JSON Schema: ${why}`);
  }
};

/** Keywords that hold schemas by names of one's own, and those that hold data: neither names keywords. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const data = new Set(['const', 'enum', 'default', 'examples']);

/** A keyword that points elsewhere, in a schema or in a part of it. */
const referenceIn = (schema: object): string | undefined => {
  const parts = new Set<unknown>([schema]); // grows while it is gone through; one that holds itself is one
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) continue;
    for (const [keyword, value] of Object.entries(part)) {
      if (/^\$(dynamic|recursive)?ref$/i.test(keyword) && typeof value === 'string') return keyword;
      if (named.has(keyword))
        Object.values((value ?? {}) as object).forEach((one) => parts.add(one));
      else if (!data.has(keyword)) parts.add(value);
    }
  }
  return undefined;
};
