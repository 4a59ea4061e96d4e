import { Subject, takeUntil } from 'rxjs';
import type { RunLog } from '../log/RunLog';
import type { Bench, MakeLog, TestRunner } from './log/Contract';
import { interleavings } from './log/interleavings';
import { losing } from './log/losing';
import { office } from './log/office';
import { reading } from './log/reading';
import { writing } from './log/writing';

/** What is particular to the log under test. */
export interface LogContractOptions {
  /** Whether the storage can lose its last entries: then each log that is made has a `lose`. */
  readonly loses?: boolean | undefined;
}

/**
 * What every log passes, whatever it is kept in: who may write, what is written, what readers are
 * told, and what becomes of them where machines die and the storage loses its end. Takes the
 * `describe`, `it` and `expect` of jest or vitest; with `node:test` an `expect` of three lines.
 *
 * @example
 * ```ts
 * import { memoryLog } from 'm8tes-rx/relay';
 * import { logContract } from 'm8tes-rx/testing';
 *
 * describe('my log', () => {
 *   logContract((options) => ({ log: memoryLog(options) }), { describe, it, expect });
 * });
 * ```
 */
export const logContract = (
  make: MakeLog,
  { describe, it, expect }: TestRunner,
  { loses = false }: LogContractOptions = {},
): void => {
  const parts = { office, writing, reading, interleavings, ...(loses ? { losing } : {}) };
  const losesNothing = () => Promise.resolve();
  const bench: Bench = {
    expectEqual: (actual, expected) => void expect(actual).toEqual(expected as never),
    withLog: (name, test, options = {}) =>
      void it(name, async () => {
        const { log, other = log, lose = losesNothing, close } = await make(options);
        const over = new Subject<void>();
        /** A log whose readers leave with the test, whatever becomes of it. */
        const left = (log: RunLog): RunLog => ({
          acquire: (...args) => log.acquire(...args),
          append: (...args) => log.append(...args),
          read: (...args) => log.read(...args).pipe(takeUntil(over)),
          stat: (...args) => log.stat(...args),
          release: (...args) => log.release(...args),
        });
        try {
          await test({ log: left(log), other: left(other), lose });
        } finally {
          over.next();
          await close?.();
        }
      }),
  };
  for (const [name, part] of Object.entries(parts)) describe(name, () => part(bench));
};
