import { catchError, defer, map, reduce, type OperatorFunction } from 'rxjs';
import { StreamInterruptedError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { fold } from './fold';
import type { ResultOf, RunResult } from './RunResult';

/**
 * The whole run as one result, when it is over; of no events at all, an empty one.
 *
 * Of a run that was created with an `output` and completed, `output_data` is that, decoded and typed.
 *
 * A run that failed is a result too: its `status` says so, and its `errors` why. Put
 * {@link failOnError} before it to have that as an error. Where the stream broke off, what was
 * collected is in the `result` of the {@link StreamInterruptedError}.
 *
 * ```
 * events:    --m--t--u--d--|
 *            collectRun()
 * result:    --------------(R|)
 * ```
 *
 * @example
 * ```ts
 * import { lastValueFrom } from 'rxjs';
 * import { collectRun, createClient } from 'm8tes-rx';
 *
 * const run$ = createClient().runs.create({ message: 'Sort my inbox' });
 * const { text, status, errors } = await lastValueFrom(run$.pipe(collectRun()));
 * ```
 *
 * @see {@link accumulate} for the results on the way
 */
export const collectRun =
  <E extends RunEvent>(): OperatorFunction<E, ResultOf<E>> =>
  (run$) =>
    defer(() => {
      const run = fold();
      const result = () => ({ ...run.result() }) as ResultOf<E>; // its lists read, and nothing behind it
      return run$.pipe(
        reduce((whole, event) => {
          whole.add(event);
          return whole;
        }, run),
        map(result),
        catchError((error: unknown) => {
          throw error instanceof StreamInterruptedError ? interrupted(error, result()) : error;
        }),
      );
    });

const interrupted = (
  { message, run_id, delivered, run, cause }: StreamInterruptedError,
  result: RunResult,
): StreamInterruptedError<RunResult> =>
  new StreamInterruptedError(message, { run_id, delivered, run, result, cause });
