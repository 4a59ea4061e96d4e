import type { RunResult } from './RunResult';

type Lists = Pick<RunResult, 'toolCalls' | 'errors'>;
type Later = { readonly [K in keyof Lists]: () => Lists[K] };

const later = Symbol('later');

/** One getter a field for all snapshots, so that V8 keeps them as fast as plain objects. */
const getter = (field: keyof Lists): PropertyDescriptor => ({
  enumerable: true,
  get(this: { readonly [later]: Later }) {
    return this[later][field]();
  },
});

const toolCalls = getter('toolCalls');
const errors = getter('errors');

/** `console.log` in Node would show a getter as `[Getter]`. */
const inspected: PropertyDescriptor = {
  value(this: RunResult) {
    return { ...this };
  },
};
const inspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * A result whose lists are copied when they are first read, and not for every event. To everybody
 * else it is a plain object: equal to one, written as one, spread into one.
 */
export const snapshot = (result: Omit<RunResult, keyof Lists>, lists: Later): RunResult => {
  Object.defineProperty(result, later, { value: lists });
  Object.defineProperty(result, inspect, inspected);
  Object.defineProperty(result, 'toolCalls', toolCalls);
  Object.defineProperty(result, 'errors', errors);
  return result as RunResult;
};
