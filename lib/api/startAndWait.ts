import { concatMap, type Observable } from 'rxjs';
import { check } from './check';
import type { Run } from './objects';
import { StartAndWaitOptions, type CallOptions } from './options';
import type { Runs } from './Runs';
import { prepared } from './start';

/** Starts a run and waits for it. How it is waited for is checked before it is started: it is billed. */
export const startAndWait = (
  wait: Runs['wait'],
  begin: (options: CallOptions) => Observable<Run>,
  options: StartAndWaitOptions,
  user_id?: string,
): Observable<Run> =>
  prepared(() => {
    const { idempotencyKey, ...waiting } = check(StartAndWaitOptions, options);
    const started = begin({ idempotencyKey, signal: waiting.signal });
    return started.pipe(
      concatMap(({ id }) => wait(id, { ...waiting, user_id: waiting.user_id ?? user_id })),
    );
  });
