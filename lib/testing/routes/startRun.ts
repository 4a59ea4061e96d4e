import { Subject } from 'rxjs';
import type { Call } from '../Call';
import type { Body } from '../checked';
import type { Run } from '../Run';
import type { HeldRun } from '../runs/HeldRun';
import { submit } from '../runs/submit';
import type { Task } from '../Task';
import { mode } from './mode';

/** A new run of a task: held by the account, and executing. */
export const startRun = (
  { account, world, files }: Call,
  task: Task,
  message: string,
  body: Body,
  origin: Partial<Run> = {},
): HeldRun => {
  const { permission_mode, human_in_the_loop } = mode(body, task);
  const time = new Date().toISOString();
  const id = world.nextId('run');
  const record: Run = {
    id,
    teammate_id: task.teammate_id,
    task_id: task.id,
    status: 'running',
    output: null,
    output_data: null,
    error: null,
    error_code: null,
    stop_reason: null,
    user_id: (body['user_id'] as string | undefined) ?? task.user_id,
    metadata: (body['metadata'] as Run['metadata'] | undefined) ?? null,
    permission_mode,
    human_in_the_loop,
    model: (body['model'] as string | undefined) ?? null,
    effort: (body['effort'] as string | undefined) ?? null,
    retryable: false,
    retry_blocked_reason: null,
    retry_of_run_id: null,
    retry_count: 0,
    usage: null,
    delivery: null,
    queued_message_id: null,
    closing_preview: null,
    created_at: time,
    updated_at: time,
    started_at: time,
    last_activity_at: time,
    last_viewed_at: null,
    archived_at: null,
    ...origin,
  };
  const held: HeldRun = {
    record,
    turns: [],
    queue: [],
    gates: [],
    files: new Map(files.map((file) => [file.name, file])),
    messages: [],
    paused: new Subject(),
  };
  account.runs.set(id, held);
  submit(held, message, world);
  return held;
};
