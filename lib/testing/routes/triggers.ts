import { emptyAnswer, jsonAnswer, refusal } from '../answers';
import type { Call, Route } from '../Call';
import { now } from '../clock';
import type { RunRecord, TaskRecord, TriggerRecord } from '../records';
import { nextRun } from '../schedule';
import type { World } from '../World';
import { checked, patched, type Body } from './checked';
import { sameUser } from './owned';
import { runnable, startRun } from './start';
import { findTask } from './tasks';

const TRIGGERS = '/tasks/{task_id}/triggers/';
const TRIGGER = `${TRIGGERS}{trigger_id}`;
const TIMES = ['cron', 'interval_seconds', 'run_at'] as const;

/** What starts tasks by themselves. Here nothing does, but a schedule that is fired by hand. [wire §8] */
export const triggerRoutes = {
  createTrigger: {
    method: 'POST',
    path: TRIGGERS,
    handle: (call) => {
      const { account } = call;
      const task = findTask(call);
      if (task.status === 'archived') throw refusal(400, 'The task is archived');
      const body = checked(call.body, 'type');
      sameUser('Task', task, body['user_id']);
      const trigger = made(task, body, call.world);
      account.triggers.set(keyOf(trigger), trigger);
      return jsonAnswer(shown(trigger, task), 201);
    },
  },
  listTriggers: {
    method: 'GET',
    path: TRIGGERS,
    handle: (call) => {
      const task = findTask(call);
      const data = [...call.account.triggers.values()]
        .filter(({ task_id }) => task_id === task.id)
        .map((trigger) => shown(trigger, task));
      return jsonAnswer({ data, has_more: false });
    },
  },
  updateTrigger: {
    method: 'PATCH',
    path: TRIGGER,
    handle: (call) => {
      const trigger = findTrigger(call);
      const body = checked(call.body);
      const time = timeOf(body);
      if (time !== undefined && trigger.type !== 'schedule') {
        throw refusal(422, `${time}: is for a trigger of type schedule`, undefined, time);
      }
      // "Exclusive": another takes the place of the one it had.
      const others = time === undefined ? {} : { cron: null, interval_seconds: null, run_at: null };
      const next = patched({ ...trigger, ...others }, body, ['enabled', 'timezone', ...TIMES]);
      call.account.triggers.set(keyOf(next), next);
      return jsonAnswer(shown(next, findTask(call)));
    },
  },
  deleteTrigger: {
    method: 'DELETE',
    path: TRIGGER,
    handle: (call) => {
      call.account.triggers.delete(keyOf(findTrigger(call)));
      return emptyAnswer;
    },
  },
} as const satisfies { readonly [name: string]: Route };

/** "`cron` or `interval_seconds` or `run_at` (exclusive)." [wire §8] */
const timeOf = (body: Body): (typeof TIMES)[number] | undefined => {
  const [time, ...others] = TIMES.filter((name) => name in body);
  if (others.length > 0) throw refusal(422, `${TIMES.join(', ')}: give one of them`);
  return time;
};

/** A new trigger of a task. Of `webhook` and `email` a task has one: another takes its place. */
const made = (task: TaskRecord, body: Body, world: World): TriggerRecord => {
  const type = body['type'] as TriggerRecord['type'];
  const time = timeOf(body);
  if ((type === 'schedule') !== (time !== undefined)) {
    throw refusal(422, `${TIMES.join(', ')}: one of them is for a trigger of type schedule`);
  }
  if (type === 'app') checked(body, 'app', 'trigger_name');
  const given = <T>(name: string): T | null => (body[name] as T | undefined) ?? null;
  const moment = now();
  return {
    id: type === 'webhook' || type === 'email' ? type : `${type}_${world.nextId('trigger')}`,
    task_id: task.id,
    type,
    enabled: true,
    cron: given('cron'),
    interval_seconds: given('interval_seconds'),
    run_at: given('run_at'),
    timezone: given('timezone') ?? 'UTC',
    url: type === 'webhook' ? `${world.origin}/hooks/${world.token('hook')}` : null,
    address: type === 'email' ? `task-${task.id}@inbox.m8tes.local` : null,
    allowed_senders: given('allowed_senders'),
    app: given('app'),
    trigger_name: given('trigger_name'),
    trigger_config: given('trigger_config'),
    created_at: moment,
    updated_at: moment,
  };
};

/** A schedule starts its task, now. */
export const fire = (world: World, trigger_id: string): RunRecord => {
  const fails = (why: string): Error => new Error(`trigger ${trigger_id} cannot be fired: ${why}`);
  if (world.closing.closed) throw fails('the server is closed'); // nobody would stop the run
  for (const account of world.accounts.values()) {
    const trigger = [...account.triggers.values()].find(({ id }) => id === trigger_id);
    if (trigger === undefined) continue;
    const task = account.tasks.get(trigger.task_id)!;
    if (trigger.type !== 'schedule') throw fails('it is no schedule');
    if (!trigger.enabled) throw fails('it is not enabled');
    if (task.status !== 'enabled') throw fails(`its task is ${task.status}`);
    runnable(account, task);
    return startRun({ account, world, files: [] }, task, task.instructions, {}).record;
  }
  throw fails('there is none of this id');
};

/** A trigger, and when it starts its task next. */
const shown = (trigger: TriggerRecord, { status }: TaskRecord) => {
  const isOn = trigger.enabled && status === 'enabled';
  return { ...trigger, next_run: isOn ? nextRun(trigger, Date.now()) : null };
};

const keyOf = ({ task_id, id }: Pick<TriggerRecord, 'task_id' | 'id'>): string =>
  `${task_id}/${id}`;

/** "A text; a bare number is 422." [wire §8] */
const findTrigger = (call: Call): TriggerRecord => {
  const { id: task_id } = findTask(call);
  const { trigger_id: id = '' } = call.params;
  if (/^\d+$/.test(id)) throw refusal(422, `path: ${id} is not the id of a trigger`);
  const trigger = call.account.triggers.get(keyOf({ task_id, id }));
  if (trigger === undefined) throw refusal(404, 'Trigger not found', 'trigger_not_found');
  return trigger;
};
