import type { Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { CallOptions } from './CallOptions';
import type { Run } from './Run';
import type { TaskRunParams } from './TaskRunParams';

/** Saved tasks. */
export interface Tasks {
  /** Starts a run of a saved task: a run like any other, one for each call. */
  run(
    taskId: number,
    params?: TaskRunParams & { readonly stream?: true | undefined },
    options?: CallOptions,
  ): Observable<RunEvent>;
  run(
    taskId: number,
    params: TaskRunParams & { readonly stream: false },
    options?: CallOptions,
  ): Observable<Run>;
  run(taskId: number, params: TaskRunParams, options?: CallOptions): Observable<RunEvent | Run>;
}
