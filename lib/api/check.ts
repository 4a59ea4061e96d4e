import type { Mixed } from 'io-ts';
import { InvalidArgumentError } from '../errors';

/** What a call takes: name → codec, whose name is what the error says must be there. */
export type Parameters<P> = { readonly [N in keyof Required<P>]: Mixed };

/**
 * Checks the parameters of a call from JavaScript, before anything is sent.
 *
 * What was not given is `undefined`. Null is not: `user_id: null`, dropped without a word, would
 * widen a call from one user to the whole account. Neither is a name nobody knows: it is a typing
 * error, and the run it starts costs money.
 *
 * @throws InvalidArgumentError naming the parameter.
 */
export const check = <P extends object>(
  parameters: Parameters<P>,
  values: P,
  required: readonly (keyof P & string)[] = [],
): P => {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new InvalidArgumentError(
      'parameters',
      required.length > 0
        ? `must be an object like { ${required.join(', ')} }`
        : 'must be an object',
    );
  }
  const known: { readonly [name: string]: Mixed } = parameters;
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(known, name)) {
      throw new InvalidArgumentError(
        name,
        `is unknown; known are ${Object.keys(known).join(', ')}`,
      );
    }
    const codec = known[name]!;
    if (value !== undefined && !codec.is(value)) {
      throw new InvalidArgumentError(name, `must be ${codec.name}`);
    }
  }
  for (const name of required) {
    if (values[name] === undefined) {
      throw new InvalidArgumentError(name, `is missing; it must be ${parameters[name].name}`);
    }
  }
  return values;
};
