import { emptyAnswer, jsonAnswer, refusal } from '../answers';
import type { Call, Route } from '../Call';
import type { TaskRecord, TeammateRecord } from '../records';
import type { Account, World } from '../World';
import { checked, mode, patched, type Body } from './checked';
import { idOf, sameUser } from './owned';
import { page } from './page';
import { chooseTeammate } from './teammates';

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
      const listed = (task: TaskRecord): boolean =>
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
      call.account.tasks.set(task.id, patched(task, { status: 'archived' }, ['status']));
      return emptyAnswer;
    },
  },
} as const satisfies { readonly [name: string]: Route };

/** Makes a task for a teammate. */
export const makeTask = (
  account: Account,
  world: World,
  teammate: TeammateRecord,
  body: Body,
  ad_hoc = false,
): TaskRecord => {
  const time = new Date().toISOString();
  const instructions = body['instructions'] as string;
  const task: TaskRecord = {
    teammate_id: teammate.id,
    name: (body['name'] as string | undefined) ?? instructions.slice(0, 60),
    instructions,
    tools: (body['tools'] as readonly string[] | undefined) ?? teammate.tools,
    user_id: sameUser('Teammate', teammate, body['user_id']),
    status: 'enabled',
    ...mode(body),
    ad_hoc,
    created_at: time,
    updated_at: time,
    id: world.nextId('task'),
  };
  account.tasks.set(task.id, task);
  return task;
};

/** "Another account's task is 404, never 403." [wire §7] */
export const findTask = ({ account, params }: Call): TaskRecord => {
  const task = account.tasks.get(idOf(params['task_id']));
  if (task === undefined) throw refusal(404, 'Task not found', 'task_not_found');
  return task;
};
