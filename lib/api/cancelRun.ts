import { catchError, EMPTY, throwError, type Observable } from 'rxjs';
import { ApiError } from '../errors';
import { path } from '../http/path';
import type { Send } from '../http/Request';
import { ask } from './ask';
import { Run } from './Run';

/** Cancels a run, unless it has ended meanwhile: then there is nothing left to cancel. */
export const cancelRun = (send: Send, run_id: number, user_id?: string): Observable<Run> =>
  ask(
    send,
    () => ({
      method: 'POST',
      path: path`/runs/${{ run_id }}/cancel`,
      query: { user_id },
      body: '{}',
      accept: ['application/json'],
      repeatable: false,
    }),
    Run,
  ).pipe(
    catchError((error: unknown) =>
      error instanceof ApiError && error.kind === 'conflict' ? EMPTY : throwError(() => error),
    ),
  );
