import { concat, defer, EMPTY, tap, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import { RunFailedError as Failed } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { fold } from './fold';
import type { RunResult } from './RunResult';

/**
 * Passes every event on and then, where the run failed or was cancelled, errors with a
 * {@link RunFailedError}, so that it is never taken for an empty success.
 *
 * A run failed when its last turn had an `error` event or a terminal failure. A cancelled run counts
 * because whoever goes on with its result would go on with half of it; one who cancelled it on
 * purpose asks `error.result.status`. A run that has no ending (`takeUntil` before this operator)
 * is not judged.
 *
 * ```
 * events:    --m--t--e--d--|
 *            failOnError()
 * result:    --m--t--e--d--#
 * ```
 *
 * @example
 * ```ts
 * import { createClient, failOnError, RunFailedError, textOnly } from 'm8tes-rx';
 *
 * createClient()
 *   .runs.create({ message: 'Sort my inbox' })
 *   .pipe(failOnError(), textOnly())
 *   .subscribe({
 *     next: (text) => process.stdout.write(text),
 *     error: (error) => console.error(error instanceof RunFailedError ? error.result : error),
 *   });
 * ```
 *
 * @see {@link collectRun} for a failed run as a result
 */
export const failOnError =
  <E extends RunEvent>(): MonoTypeOperatorFunction<E> =>
  (run$) =>
    defer(() => {
      const run = fold();
      return concat(
        run$.pipe(tap((event) => run.add(event))),
        defer(() => verdict({ ...run.result() })),
      );
    });

const verdict = (result: RunResult) =>
  result.status === 'failed' || result.status === 'cancelled'
    ? throwError(() => new RunFailedError(message(result), result))
    : EMPTY;

/** Without the errors' texts, which are the run's own words and may quote anything. */
const message = ({ run_id, status, error_code }: RunResult): string => {
  const run = run_id === undefined ? 'the run' : `run ${run_id}`;
  const code = error_code === undefined ? '' : ` (${error_code})`;
  const how = status === 'cancelled' ? 'was cancelled' : `failed${code}`;
  return `${run} ${how}; its errors and what it produced are in error.result`;
};

/** The run failed, or was cancelled: what {@link failOnError} errors with. */
export interface RunFailedError extends Error {
  readonly name: 'RunFailedError';
  /** Everything the run produced until then. */
  readonly result: RunResult;
}

// `errors.ts` knows no results: there `instanceof` would narrow to `any`.
/** The class itself. */
export const RunFailedError: {
  /** As {@link failOnError} does. */
  new (message: string, result: RunResult): RunFailedError;
  readonly prototype: RunFailedError;
} = Failed;
