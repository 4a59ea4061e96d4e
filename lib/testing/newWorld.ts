import { random } from './random';
import type { World } from './World';

/** The documentation's sample is of run 123, so that is the first. [wire §3] */
const FIRST = { run: 123, task: 1, teammate: 1, message: 1 };

/** A server's memory, empty. */
export const newWorld = (
  options: Pick<World, 'script' | 'pace' | 'history' | 'pauses'>,
  seed: number,
): World => {
  const next = { ...FIRST };
  const chance = random(seed);
  const letter = (): string => Math.floor(chance() * 36).toString(36);
  return {
    ...options,
    accounts: new Map(),
    nextId: (kind) => next[kind]++,
    token: (prefix) => `${prefix}_${Array.from({ length: 20 }, letter).join('')}`,
    origin: '',
  };
};
