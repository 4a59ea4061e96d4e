import type { Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import type { Api } from './Api';
import type { Run } from './objects';
import type { CallOptions } from './options';
import { TaskRunParams } from './params';
import { requests } from './requests';
import { start } from './start';

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

/** The routes of tasks. [wire §1 Routes] */
export const createTasks = (api: Api): Tasks => ({
  run: ((taskId: number, params: TaskRunParams = {}, options: CallOptions = {}) =>
    start(
      api,
      {
        known: TaskRunParams,
        request: (params, key) => requests.taskRun(taskId, params, key),
        turn: 'first',
      },
      params,
      options,
    )) as Tasks['run'],
});
