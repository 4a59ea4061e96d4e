import { InvalidArgumentError } from '../errors';

const isJson = (value: unknown): boolean => {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
};

/** A body's JSON text; what is `undefined` was not given and is left out. */
export const json = (body: object): string => {
  try {
    return JSON.stringify(body);
  } catch {
    const [name = 'parameters'] = Object.entries(body).find(([, value]) => !isJson(value)) ?? [];
    throw new InvalidArgumentError(name, 'cannot be written as JSON (a cycle, or a BigInt)');
  }
};
