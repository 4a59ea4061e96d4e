import { InvalidArgumentError } from '../errors';
import { path } from '../http/path';
import type { Api } from './Api';
import { check } from './check';
import { parameter } from './parameter';
import { start } from './start';
import { TaskRunParams } from './TaskRunParams';
import type { Tasks } from './Tasks';

const { id } = parameter;

const task = (taskId: number): { readonly taskId: number } => {
  if (!id.is(taskId)) throw new InvalidArgumentError('taskId', `must be ${id.name}`);
  return { taskId };
};

/** The routes of tasks. [wire §1 Routes] */
export const createTasks = (api: Api): Tasks => ({
  run: ((taskId: number, params: TaskRunParams = {}, options = {}) =>
    start(
      api,
      () => ({
        path: path`/tasks/${task(taskId)}/runs`,
        body: check(TaskRunParams, params),
        turn: 'first',
      }),
      options,
    )) as Tasks['run'],
});
