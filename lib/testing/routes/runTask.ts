import type { Handler } from '../Call';
import { checked } from '../checked';
import { refusal } from '../refusal';
import { findTask } from './findTask';
import { runAnswer } from './runAnswer';
import { sameUser } from './sameUser';
import { startRun } from './startRun';

/** "A run, like create." [wire §1] */
export const runTask: Handler = (call) => {
  const task = findTask(call);
  const body = checked(call.body ?? {});
  sameUser('Task', task, body['user_id']);
  // "Running an archived task: 400." [wire §7]
  if (task.status === 'archived') throw refusal(400, 'The task is archived');
  const held = startRun(call, task, task.instructions, body);
  const inbox = { email_address: `run-${held.record.id}@inbox.m8tes.local` };
  return runAnswer(
    held,
    body['stream'] !== false,
    call.world,
    body['email_inbox'] === true ? inbox : {},
  );
};
