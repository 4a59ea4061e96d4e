/** Two values that are being compared, which may hold themselves. */
type Pairs = readonly (readonly [object, object])[];

const kindOf = (value: object): string => Object.prototype.toString.call(value);

/** The fields that count: one that is undefined is absent. */
const fieldsOf = (value: object): readonly [string, unknown][] =>
  Object.entries(value).filter(([, field]) => field !== undefined);

const entriesOf = (value: object): readonly (readonly [unknown, unknown])[] => {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  if (value instanceof Set) return [...(value as Set<unknown>)].map((one) => [one, true] as const);
  if (value instanceof Error) {
    // What an error is, is not among its own fields.
    const { name, message, cause } = value;
    return [['name', name], ['message', message], ['cause', cause], ...fieldsOf(value)];
  }
  if (value instanceof Date) return [['time', value.getTime()]];
  if (value instanceof RegExp) return [['source', String(value)]];
  return Array.isArray(value) ? [...(value as unknown[]).entries()] : fieldsOf(value);
};

/**
 * Whether two values are the same all the way down, whatever runner asks. A field that is undefined
 * is absent; errors are the same where their name, message, cause and fields are.
 */
export const equal = (one: unknown, other: unknown, above: Pairs = []): boolean => {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (kindOf(one) !== kindOf(other)) return false;
  if (above.some(([a, b]) => a === one && b === other)) return true; // said further up
  const pairs: Pairs = [...above, [one, other]];
  const [ours, theirs] = [entriesOf(one), entriesOf(other)];
  if (ours.length !== theirs.length) return false;
  return ours.every(([key, value], i) => {
    const [sameKey, otherValue] =
      one instanceof Set || one instanceof Map || Array.isArray(one)
        ? theirs[i]!
        : (theirs.find(([name]) => name === key) ?? [undefined, undefined]);
    return equal(key, sameKey, pairs) && equal(value, otherValue, pairs);
  });
};
