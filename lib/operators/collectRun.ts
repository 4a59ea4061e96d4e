import { catchError, defer, map, reduce, type OperatorFunction } from 'rxjs';
import { StreamInterruptedError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { fold } from './fold';
import type { RunResult } from './RunResult';

/**
 * The whole run as one result, when it is over; of no events at all, an empty one.
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
export const collectRun = (): OperatorFunction<RunEvent, RunResult> => (run$) =>
  defer(() => {
    const run = fold();
    const result = (): RunResult => ({ ...run.result() }); // its lists read, and nothing behind it
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
