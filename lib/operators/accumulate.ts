import { defer, map, type OperatorFunction } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { fold } from './fold';
import type { RunResult } from './RunResult';

/**
 * The result so far, after every event: for a page that shows the run while it works.
 *
 * A result never changes after it was emitted, and what has not changed from one to the next is the
 * same value (`toolCalls`, each call in it, `usage`); after an event that says nothing, the whole
 * result is, so `distinctUntilChanged()` leaves such repeats out. An event costs the same however
 * long the run already is: lists of more than 32 are copied when they are read, once a change.
 *
 * ```
 * events:    --m--t--u--d--|
 *            accumulate()
 * result:    --M--T--U--D--|
 * ```
 *
 * @example
 * ```ts
 * import { auditTime } from 'rxjs';
 * import { accumulate, createClient } from 'm8tes-rx';
 *
 * createClient()
 *   .runs.create({ message: 'Sort my inbox' })
 *   .pipe(accumulate(), auditTime(50))
 *   .subscribe(({ text, toolCalls }) => console.log(text, toolCalls.length));
 * ```
 *
 * @see {@link collectRun} for the last result alone
 */
export const accumulate = (): OperatorFunction<RunEvent, RunResult> => (run$) =>
  defer(() => {
    const run = fold();
    return run$.pipe(
      map((event) => {
        run.add(event);
        return run.result();
      }),
    );
  });
