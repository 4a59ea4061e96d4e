import type { KeepingOptions } from '../../log/keeping';
import type { RunLog } from '../../log/RunLog';

/** A log to be tested, and what only the test may do with its storage. */
export interface LogUnderTest {
  readonly log: RunLog;
  /** The same storage as another machine has it. Default: the log itself. */
  readonly other?: RunLog | undefined;
  /** Loses the last entries of a run, as a failover does; where the storage can. */
  readonly lose?: ((run: string, entries: number) => Promise<void>) | undefined;
  readonly close?: (() => Promise<void>) | undefined;
}

/** Makes a log for one test: an empty one, that keeps things for so long. */
export type MakeLog = (options: KeepingOptions) => LogUnderTest | Promise<LogUnderTest>;

/** What the contract takes of a test runner: jest, vitest, and node:test with an `expect`. */
export interface TestRunner {
  readonly describe: (name: string, tests: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
  readonly expect: (actual: unknown) => { readonly toEqual: (expected: never) => unknown };
}

/** A log under test, with all that a test asks for. */
export interface Tested {
  readonly log: RunLog;
  readonly other: RunLog;
  readonly lose: NonNullable<LogUnderTest['lose']>;
}

/** What a part of the contract is written with. */
export interface Bench {
  readonly expectEqual: (actual: unknown, expected: unknown) => void;
  /** A test with a log of its own. */
  readonly withLog: (
    name: string,
    test: (log: Tested) => Promise<void>,
    options?: KeepingOptions,
  ) => void;
}
