import { connect, defer, map, merge, type MonoTypeOperatorFunction } from 'rxjs';
import { attend, type Answering } from './attend';
import type { Run } from './objects';
import type { WaitOptions } from './options';
import { changes, readings } from './poll';

/**
 * One reading of a run's record into its changes; between two readings, what it asks is answered.
 *
 * People take their time, and meanwhile somebody else may answer or cancel the run: it is read on
 * while they are waited for, and when it has moved on nobody is.
 */
export const wait =
  (
    runs: Answering,
    runId: number,
    { timeout = Infinity, interval = 2_000, ...handlers }: WaitOptions,
  ): MonoTypeOperatorFunction<Run> =>
  (get) =>
    defer(() =>
      get.pipe(
        readings({ timeout, interval }),
        connect((runs$) =>
          merge(
            runs$.pipe(changes),
            attend(
              runs,
              runId,
              handlers,
              runs$.pipe(map(({ status }) => status === 'awaiting_approval')),
            ),
          ),
        ),
      ),
    );
