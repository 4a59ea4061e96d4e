import type { Handler } from '../Call';
import { jsonAnswer } from '../jsonAnswer';
import { refusal } from '../refusal';
import { findRun } from './findRun';
import { startRun } from './startRun';

/** "Retry makes a NEW run." [wire §1] Only of one that failed or was cancelled. */
export const retryRun: Handler = (call) => {
  const { account } = call;
  const { record, turns } = findRun(call);
  if (!record.retryable) throw refusal(409, 'The run cannot be retried', 'run_not_retryable');
  const { id, retry_count, metadata, user_id, model, effort } = record;
  const held = startRun(
    { ...call, files: [] },
    account.tasks.get(record.task_id)!,
    turns[0]!.message,
    { permission_mode: record.permission_mode, human_in_the_loop: record.human_in_the_loop },
    { retry_of_run_id: id, retry_count: retry_count + 1, metadata, user_id, model, effort },
  );
  return jsonAnswer(held.record);
};
