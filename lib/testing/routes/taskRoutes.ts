import { checked } from '../checked';
import type { Route } from '../Call';
import { emptyAnswer } from '../emptyAnswer';
import { jsonAnswer } from '../jsonAnswer';
import type { Task } from '../Task';
import { chooseTeammate } from './chooseTeammate';
import { findTask } from './findTask';
import { makeTask } from './makeTask';
import { mode } from './mode';
import { page } from './page';
import { patched } from './patched';
import { runTask } from './runTask';

const TASK = '/tasks/{task_id}';
const EDITABLE = ['name', 'instructions', 'tools'];

/** Saved tasks. [wire §7] */
export const taskRoutes = {
  createTask: {
    method: 'POST',
    path: '/tasks/',
    handle: ({ account, world, body }) => {
      const task = checked(body, 'teammate_id', 'instructions');
      mode(task);
      return jsonAnswer(makeTask(account, world, chooseTeammate(account, world, task), task), 201);
    },
  },
  listTasks: {
    method: 'GET',
    path: '/tasks/',
    handle: ({ account, query }) => {
      const teammate_id = query.get('teammate_id');
      const user_id = query.get('user_id');
      const listed = (task: Task): boolean =>
        task.status === 'enabled' &&
        !task.ad_hoc &&
        (teammate_id === null || String(task.teammate_id) === teammate_id) &&
        (user_id === null || task.user_id === user_id);
      return page([...account.tasks.values()].filter(listed), query);
    },
  },
  getTask: { method: 'GET', path: TASK, handle: (call) => jsonAnswer(findTask(call)) },
  updateTask: {
    method: 'PATCH',
    path: TASK,
    handle: (call) => {
      const task = findTask(call);
      const body = checked(call.body);
      const next = { ...patched(task, body, EDITABLE), ...mode(body, task) };
      call.account.tasks.set(task.id, next);
      return jsonAnswer(next);
    },
  },
  deleteTask: {
    method: 'DELETE',
    path: TASK,
    handle: (call) => {
      const task = findTask(call);
      call.account.tasks.set(task.id, {
        ...task,
        status: 'archived',
        updated_at: new Date().toISOString(),
      });
      return emptyAnswer;
    },
  },
  runTask: { method: 'POST', path: `${TASK}/runs`, idempotent: true, handle: runTask },
} as const satisfies { readonly [name: string]: Route };
