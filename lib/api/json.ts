import { InvalidArgumentError } from '../errors';

/** A body's JSON text; what is `undefined` was not given and is left out. */
export const json = (body: object): string => {
  try {
    return JSON.stringify(body);
  } catch {
    throw new InvalidArgumentError(
      'parameters',
      'cannot be written as JSON (a cycle, or a BigInt)',
    );
  }
};
