type Schema = { readonly [keyword: string]: unknown };

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const schemas = (value: unknown): readonly Schema[] =>
  Array.isArray(value) ? value.filter(isSchema) : [];
const number = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** Texts of the formats that schemas name most. */
const formats: { readonly [format: string]: string } = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

const text = ({ format, minLength, maxLength }: Schema): string => {
  const plain = formats[String(format)] ?? 'text'.padEnd(number(minLength, 0), '.');
  return plain.slice(0, number(maxLength, plain.length));
};

const numeric = ({ minimum, maximum, exclusiveMinimum, multipleOf }: Schema): number => {
  const least = number(minimum, number(exclusiveMinimum, -1) + 1);
  const step = number(multipleOf, 0);
  return Math.min(step > 0 ? Math.ceil(least / step) * step : least, number(maximum, Infinity));
};

const list = ({ items, prefixItems, minItems, maxItems }: Schema): readonly unknown[] => {
  const first = schemas(prefixItems).map(fitting);
  const rest = isSchema(items) ? Math.max(number(minItems, 1) - first.length, 0) : 0;
  const most = number(maxItems, Infinity);
  return [...first, ...Array.from({ length: rest }, () => fitting(items))].slice(0, most);
};

const object = ({ properties }: Schema): Schema =>
  Object.fromEntries(
    Object.entries(isSchema(properties) ? properties : {}).map(([name, schema]) => [
      name,
      fitting(schema),
    ]),
  );

/** Parts of a schema as one: of fields, those of all. */
const joined = (parts: readonly Schema[]): Schema =>
  parts.reduce(
    (one, other) => ({
      ...one,
      ...other,
      ...(isSchema(one['properties']) && {
        properties: { ...one['properties'], ...(other['properties'] as object | undefined) },
      }),
    }),
    {},
  );

/**
 * A value that fits a JSON Schema, the same each time: every field there, each the plainest of its
 * kind. It knows no patterns, and no conditions.
 */
export const fitting = (given: unknown): unknown => {
  if (!isSchema(given)) return null;
  const { allOf, ...rest } = given;
  const schema = allOf === undefined ? given : joined([rest, ...schemas(allOf)]);
  const { type, enum: some, default: usual, examples, anyOf, oneOf } = schema;
  if ('const' in schema) return schema['const'];
  if (Array.isArray(some)) return some[0] as unknown;
  if (usual !== undefined) return usual;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as unknown;
  const [one] = schemas(anyOf ?? oneOf);
  if (one !== undefined) return fitting(one);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return text(schema);
    case 'number':
    case 'integer':
      return numeric(schema);
    case 'boolean':
      return true;
    case 'array':
      return list(schema);
    case 'object':
      return object(schema);
    default:
      return null;
  }
};
