import type * as t from 'io-ts';
import { InvalidArgumentError } from '../errors';
import type { Codec } from './Output';

/** A JSON Schema, or a part of one. */
export type Schema = Record<string, unknown>;

/** In which edition: they differ in how they tell a tuple. */
export type Target = 'draft-2020-12' | 'draft-07';

/** The codecs of io-ts that JSON Schema can tell, by their tags. What has no tag is made by hand, or pipes. */
type Told =
  | t.NullType
  | t.StringType
  | t.NumberType
  | t.BooleanType
  | t.UnknownType
  | t.AnyType
  | t.AnyDictionaryType
  | t.AnyArrayType
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Keys>
  | t.RefinementType<t.Mixed>
  | t.ReadonlyType<t.Mixed>
  | t.ExactType<t.HasProps>
  | t.StrictType<t.Props>
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.TupleType<[t.Mixed]>
  | t.DictionaryType<t.Mixed, t.Mixed>
  | t.UnionType<t.Mixed[]>
  | t.IntersectionType<t.Mixed[]>
  | t.UndefinedType
  | t.VoidType
  | t.RecursiveType<t.Mixed>;

type Keys = { readonly [key: string]: unknown };

/** Where in the codec: the path of names that an error calls it by. */
type Path = string;

/**
 * The JSON Schema of an io-ts codec: of what it decodes, which is what it gives, for none of those
 * that can be told changes what it takes.
 *
 * @throws InvalidArgumentError where it cannot be told, naming the path: a codec made with
 *   `new t.Type`, a date, what is recursive (there would be a `$ref`).
 */
export const jsonSchema = (codec: Codec<unknown>, target: Target, name: Path): Schema => {
  const refused = (path: Path, what: string): never => {
    throw new InvalidArgumentError(path, `is ${what}, which JSON Schema cannot tell here`);
  };

  const of = (given: t.Mixed, path: Path): Schema => {
    const told = given as Told;
    switch (told._tag) {
      case 'NullType':
        return { type: 'null' };
      case 'StringType':
        return { type: 'string' };
      case 'NumberType':
        return { type: 'number' };
      case 'BooleanType':
        return { type: 'boolean' };
      case 'UnknownType':
      case 'AnyType':
        return {};
      case 'AnyDictionaryType':
        return { type: 'object' };
      case 'AnyArrayType':
        return { type: 'array' };
      case 'LiteralType':
        return { const: told.value };
      case 'KeyofType':
        return { enum: Object.keys(told.keys) };
      case 'RefinementType': // that it is narrower only the codec knows; of whole numbers there is a word
        return /^Int(eger)?$/.test(told.name) ? { type: 'integer' } : of(told.type, path);
      case 'ReadonlyType':
        return of(told.type, path);
      case 'ExactType':
        return { ...of(told.type, path), additionalProperties: false };
      case 'StrictType':
        return { ...fields(told.props, path, true), additionalProperties: false };
      case 'InterfaceType':
        return fields(told.props, path, true);
      case 'PartialType':
        return fields(told.props, path, false);
      case 'ArrayType':
      case 'ReadonlyArrayType':
        return { type: 'array', items: of(told.type, `${path}[]`) };
      case 'TupleType':
        return tuple(told.types.map((type, index) => of(type, `${path}[${index}]`)));
      case 'DictionaryType':
        return dictionary(told, path);
      case 'UnionType':
        return union(told.types.map((type) => of(type, path)));
      case 'IntersectionType':
        return intersection(told.types.map((type) => of(type, path)));
      case 'RecursiveType':
        return refused(path, `${told.name}, which is recursive`);
      default:
        return refused(path, told.name);
    }
  };

  const fields = (props: t.Props, path: Path, areRequired: boolean): Schema => {
    const all = Object.entries(props).map(([name, type]) => {
      const { given, isOptional } = present(type);
      return { name, isOptional, schema: given && of(given, `${path}.${name}`) };
    });
    const required = all.filter(({ isOptional }) => areRequired && !isOptional);
    return {
      type: 'object',
      properties: Object.fromEntries(
        all.flatMap(({ name, schema }) => (schema === undefined ? [] : [[name, schema]])),
      ),
      ...(required.length > 0 && { required: required.map(({ name }) => name) }),
    };
  };

  const tuple = (items: readonly Schema[]): Schema => ({
    type: 'array',
    ...(target === 'draft-07'
      ? { items, additionalItems: false }
      : { prefixItems: items, items: false }),
    minItems: items.length,
    maxItems: items.length,
  });

  const dictionary = (
    { domain, codomain }: t.DictionaryType<t.Mixed, t.Mixed>,
    path: Path,
  ): Schema => {
    const value = of(codomain, `${path}[]`);
    const {
      type,
      const: only,
      enum: names = only === undefined ? undefined : [only],
    } = of(domain, path) as {
      readonly type?: unknown;
      readonly const?: unknown;
      readonly enum?: readonly unknown[];
    };
    if (names === undefined)
      return type === 'string'
        ? { type: 'object', additionalProperties: value }
        : refused(path, `a record by ${domain.name}`);
    return {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, value])),
      required: names,
    };
  };

  return of(codec as unknown as t.Mixed, name);
};

/** A field's codec without `undefined`, which JSON has as a field that is not there. */
const present = (
  given: t.Mixed,
): { readonly given: t.Mixed | undefined; readonly isOptional: boolean } => {
  const { _tag: tag, types } = given as { readonly _tag?: string; readonly types?: t.Mixed[] };
  if (tag === 'UndefinedType' || tag === 'VoidType') return { given: undefined, isOptional: true };
  if (tag !== 'UnionType') return { given, isOptional: false };
  const members = types!.map(present);
  const rest = members.flatMap(({ given }) => given ?? []);
  const isOptional = members.some((member) => member.isOptional);
  return {
    given: rest.length > 1 ? ({ ...given, types: rest } as unknown as t.Mixed) : rest[0],
    isOptional,
  };
};

/** Of constants it is a list of them; of objects, an object. */
const union = (members: readonly Schema[]): Schema => {
  const constants = members.map(({ const: only, enum: some }) =>
    only === undefined ? (some as readonly unknown[] | undefined) : [only],
  );
  if (!constants.includes(undefined)) return { enum: [...new Set(constants.flat())] };
  const areObjects = members.every(({ type }) => type === 'object');
  return { ...(areObjects && { type: 'object' }), anyOf: members };
};

type Fields = {
  readonly properties: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
};

/** Of fields it is one object with the fields of all; of anything else, the list of its parts. */
const intersection = (members: readonly Schema[]): Schema => {
  const areFields = members.every(
    ({ type, properties, additionalProperties = false }) =>
      type === 'object' && properties !== undefined && additionalProperties === false,
  );
  if (!areFields) {
    const areObjects = members.every(({ type }) => type === 'object');
    return { ...(areObjects && { type: 'object' }), allOf: members };
  }
  const all = members as unknown as readonly Fields[];
  const properties = new Map<string, Schema>();
  for (const [name, schema] of all.flatMap((one) => Object.entries(one.properties))) {
    const other = properties.get(name);
    properties.set(name, other === undefined ? schema : { allOf: [other, schema] });
  }
  const required = [...new Set(all.flatMap((one) => one.required ?? []))];
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(all.every((one) => one.additionalProperties === false) && { additionalProperties: false }),
  };
};
