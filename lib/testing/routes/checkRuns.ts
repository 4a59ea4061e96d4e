import type { Handler } from '../Call';
import { jsonAnswer } from '../jsonAnswer';
import { scoped } from './scoped';

/** Has anything changed? [wire §4 RunCheck] */
export const checkRuns: Handler = ({ account, query }) => {
  const runs = scoped(account, query).filter(({ archived_at }) => archived_at === null);
  const changes = runs.map(({ updated_at }) => updated_at).sort();
  return jsonAnswer({
    total_count: runs.length,
    latest_run_id: runs.at(-1)?.id ?? null,
    awaiting_count: runs.filter(({ status }) => status === 'awaiting_approval').length,
    latest_change_at: changes.at(-1) ?? null,
  });
};
