import type { RunBuilder } from './run';
import type { Script, Turn } from './Script';
import { FIRST } from './World';

/** What a run can do with a message: a script, or a run that was built with `run()`. */
export type Scripted = Script | RunBuilder;

export const isScripted = (given: unknown): given is Scripted =>
  typeof given === 'function' ||
  (typeof given === 'object' &&
    given !== null &&
    typeof (given as { readonly script?: unknown }).script === 'function');

/** A function that is declared to be async: one that is compiled for old engines does not show it. */
export const isAsync = (given: unknown): boolean =>
  /^\[object Async/.test(Object.prototype.toString.call(given));

/** Each run plays the next of some scripts; further ones play the last. */
export const played = (scripts: readonly Scripted[]): Script => {
  const all = scripts.map((one) => (typeof one === 'function' ? one : one.script));
  return (turn: Turn) => all[Math.min(turn.run.id - FIRST.run, all.length - 1)]!(turn);
};
