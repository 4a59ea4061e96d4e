import type { TypeOf } from 'io-ts';
import type { Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { flag, list, needed, number, record, text } from '../events/record';
import type { Api } from './Api';
import { check, named, orNull, parameter, type Parameters } from './check';
import { oneOf, type Run } from './objects';
import type { CallOptions, StartAndWaitOptions, UserOptions } from './options';
import { PageParams, PermissionMode, TaskRunParams } from './params';
import { requests } from './requests';
import { resource, type Resource } from './resource';
import type { Runs } from './Runs';
import { start } from './start';
import { startAndWait } from './startAndWait';
import { createTriggers, type Triggers } from './triggers';

/** A saved task: what an agent does, again and again. [wire §8] */
export const Task = record(
  {
    id: needed(number),
    teammate_id: number,
    name: text,
    instructions: text,
    tools: list(text),
    expected_output: text,
    goals: text,
    user_id: text,
    email_notifications: flag,
    permission_mode: oneOf<PermissionMode>(),
    status: oneOf<'enabled' | 'disabled' | 'archived'>(),
    model: text,
    effort: text,
    /** Where a POST starts a run of it. */
    webhook_url: text,
    webhook_enabled: flag,
    created_at: text,
    updated_at: text,
  },
  'a task',
);
export interface Task extends TypeOf<typeof Task> {}

const { text: name, words, flag: toggle, texts, id } = parameter;

interface Written {
  readonly name?: string | undefined;
  /** What is to be done. */
  readonly instructions?: string | undefined;
  /** Names of the tools it may use; without them, the agent's. */
  readonly tools?: readonly string[] | undefined;
  readonly expected_output?: string | undefined;
  readonly goals?: string | undefined;
  readonly email_notifications?: boolean | undefined;
  readonly permission_mode?: PermissionMode | undefined;
  /** Lets its runs stop and ask; needed for any permission mode but `autonomous`. */
  readonly human_in_the_loop?: boolean | undefined;
  readonly model?: string | null | undefined;
  readonly effort?: string | null | undefined;
}

const Written: Parameters<Written> = {
  name,
  instructions: name,
  tools: texts,
  expected_output: words,
  goals: words,
  email_notifications: toggle,
  permission_mode: PermissionMode,
  human_in_the_loop: toggle,
  model: orNull(name),
  effort: orNull(name),
};

/** What a new task takes. */
export interface TaskParams extends Written {
  readonly instructions: string;
  /** The agent that does it. */
  readonly teammate_id?: number | undefined;
  /** Another name of `teammate_id`. */
  readonly agent_id?: number | undefined;
  readonly user_id?: string | undefined;
}

export const TaskParams: Parameters<TaskParams> = {
  ...Written,
  teammate_id: id,
  agent_id: id,
  user_id: name,
};

/** What may be changed of a task. `null` takes back a model or an effort: the agent's holds again. */
export interface TaskChanges extends Written {
  /** `disabled` pauses its triggers; to archive it is `delete()`. */
  readonly status?: 'enabled' | 'disabled' | undefined;
}

export const TaskChanges: Parameters<TaskChanges> = {
  ...Written,
  status: parameter.oneOf('enabled', 'disabled'),
};

/** Which tasks are listed: archived ones only by their status. */
export interface TaskListParams extends PageParams {
  readonly teammate_id?: number | undefined;
  /** Another name of `teammate_id`. */
  readonly agent_id?: number | undefined;
  readonly user_id?: string | undefined;
  readonly status?: 'enabled' | 'disabled' | 'archived' | undefined;
}

export const TaskListParams: Parameters<TaskListParams> = {
  teammate_id: id,
  agent_id: id,
  user_id: name,
  status: name, // a newer server may know more
  ...PageParams,
};

/** Saved tasks. */
export interface Tasks extends Resource<Task, TaskParams, TaskChanges, TaskListParams> {
  /** Archives it: it leaves the list, stays readable by id, and runs no more. */
  delete(id: number, options?: UserOptions): Observable<never>;
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
  /** Starts a run of it in the background and waits for it, as `runs.wait` does. */
  runAndWait(
    taskId: number,
    params?: Omit<TaskRunParams, 'stream'>,
    options?: StartAndWaitOptions,
  ): Observable<Run>;
  /** What starts it by itself. */
  readonly triggers: Triggers;
}

/** The routes of tasks. [wire §1 Routes, §8] */
export const createTasks = (api: Api, { wait }: Pick<Runs, 'wait'>): Tasks => {
  const { calls, of } = resource<Task, TaskParams, TaskChanges, TaskListParams>(api, {
    at: '/tasks/',
    id: 'taskId',
    item: Task,
    params: TaskParams,
    required: ['instructions'],
    changes: TaskChanges,
    filters: TaskListParams,
    body: (params) => {
      const task = named(params);
      if (task.teammate_id === undefined) {
        throw new InvalidArgumentError('teammate_id', `is missing; it must be ${id.name}`);
      }
      return task;
    },
    query: named,
  });
  const run = ((taskId: number, params: TaskRunParams = {}, options: CallOptions = {}) =>
    start(
      api,
      {
        known: TaskRunParams,
        request: (params, key) => requests.taskRun(taskId, params, key),
        turn: 'first',
      },
      params,
      options,
    )) as Tasks['run'];
  return {
    ...calls,
    run,
    runAndWait: (taskId, params = {}, options = {}) => {
      const { user_id }: TaskRunParams = { ...params };
      const begin = (how: CallOptions) =>
        run(taskId, { ...check(TaskRunParams, params), stream: false }, how);
      return startAndWait(wait, begin, options, user_id);
    },
    triggers: createTriggers(api, of),
  };
};
