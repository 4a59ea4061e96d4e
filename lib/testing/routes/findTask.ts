import type { Call } from '../Call';
import { refusal } from '../refusal';
import type { Task } from '../Task';
import { idOf } from './idOf';

/** "Another account's task is 404, never 403." [wire §7] */
export const findTask = ({ account, params }: Call): Task => {
  const task = account.tasks.get(idOf(params['task_id']));
  if (task === undefined) throw refusal(404, 'Task not found', 'task_not_found');
  return task;
};
