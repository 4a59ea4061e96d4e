import type { Body } from '../checked';
import type { Task } from '../Task';
import type { Teammate } from '../Teammate';
import type { Account, World } from '../World';
import { mode } from './mode';
import { sameUser } from './sameUser';

/** Makes a task for a teammate. */
export const makeTask = (
  account: Account,
  world: World,
  teammate: Teammate,
  body: Body,
  ad_hoc = false,
): Task => {
  const time = new Date().toISOString();
  const instructions = body['instructions'] as string;
  const task: Task = {
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
