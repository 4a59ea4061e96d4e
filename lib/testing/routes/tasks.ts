import { emptyAnswer, jsonAnswer, refusal } from '../answers';
import type { Call, Route } from '../Call';
import { now } from '../clock';
import type { TaskRecord, TeammateRecord } from '../records';
import type { Account, World } from '../World';
import { checked, cleared, mode, patched, type Body } from './checked';
import { idOf, isOf, sameUser } from './owned';
import { page } from './page';
import { chooseTeammate } from './teammates';

const TASK = '/tasks/{task_id}';
const CLEARABLE = ['model', 'effort'];
const EDITABLE = [
  ...['name', 'instructions', 'tools', 'expected_output', 'goals', 'email_notifications', 'status'],
  ...CLEARABLE,
];
const STATUSES: readonly unknown[] = ['enabled', 'disabled', 'archived'];

/** Saved tasks. [wire §7] */
export const taskRoutes = {
  createTask: {
    method: 'POST',
    path: '/tasks/',
    handle: ({ account, world, body }) => {
      const task = worded(checked(body, 'teammate_id', 'instructions'));
      mode(task);
      const teammate = chooseTeammate(account, world, task);
      return jsonAnswer(shown(account, makeTask(account, world, teammate, task)), 201);
    },
  },
  listTasks: {
    method: 'GET',
    path: '/tasks/',
    handle: ({ account, query }) => {
      const teammate_id = query.get('teammate_id');
      const status = query.get('status');
      if (status !== null && !STATUSES.includes(status)) {
        throw refusal(422, `status: must be one of ${STATUSES.join(', ')}`);
      }
      const listed = (task: TaskRecord): boolean =>
        (status === null ? task.status !== 'archived' : task.status === status) &&
        !task.ad_hoc &&
        (teammate_id === null || String(task.teammate_id) === teammate_id) &&
        isOf(task, query);
      return page(
        [...account.tasks.values()].filter(listed).map((task) => shown(account, task)),
        query,
      );
    },
  },
  getTask: {
    method: 'GET',
    path: TASK,
    handle: (call) => jsonAnswer(shown(call.account, findTask(call))),
  },
  updateTask: {
    method: 'PATCH',
    path: TASK,
    handle: (call) => {
      const task = findTask(call);
      const body = { ...worded(checked(call.body)), ...cleared(call.body, ...CLEARABLE) };
      const next = { ...patched(task, body, EDITABLE), ...mode(body, task) };
      call.account.tasks.set(task.id, next);
      return jsonAnswer(shown(call.account, next));
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

/** An agent may have no instructions; of a task they are the message of its runs. [wire §7] */
const worded = (body: Body): Body => {
  const { instructions } = body;
  if (typeof instructions !== 'string' || instructions.trim() !== '') return body;
  throw refusal(422, 'instructions: must not be empty', undefined, 'instructions');
};

/** A task, and where a POST starts a run of it. [wire §8] */
const shown = ({ triggers }: Account, task: TaskRecord) => {
  const webhook = triggers.get(`${task.id}/webhook`);
  return {
    ...task,
    webhook_url: webhook?.url ?? null,
    webhook_enabled: webhook?.enabled ?? false,
  };
};

/** Makes a task for a teammate. */
export const makeTask = (
  account: Account,
  world: World,
  teammate: TeammateRecord,
  body: Body,
  ad_hoc = false,
): TaskRecord => {
  const time = now();
  const instructions = body['instructions'] as string;
  const given = <T>(name: string): T | null => (body[name] as T | undefined) ?? null;
  const task: TaskRecord = {
    teammate_id: teammate.id,
    name: given('name') ?? instructions.slice(0, 60),
    instructions,
    tools: given('tools') ?? teammate.tools,
    expected_output: given('expected_output'),
    goals: given('goals'),
    user_id: sameUser('Teammate', teammate, body['user_id']),
    email_notifications: given('email_notifications') ?? true,
    status: 'enabled',
    ...mode(body),
    model: given('model'),
    effort: given('effort'),
    ad_hoc,
    created_at: time,
    updated_at: time,
    id: world.nextId('task'),
  };
  account.tasks.set(task.id, task);
  return task;
};

/** "Another account's task is 404, never 403." [wire §7] */
export const findTask = ({ account, params, query }: Call): TaskRecord => {
  const task = account.tasks.get(idOf(params['task_id']));
  if (task === undefined || !isOf(task, query))
    throw refusal(404, 'Task not found', 'task_not_found');
  return task;
};
