import type { Call } from '../Call';
import { refusal } from '../refusal';
import type { HeldRun } from '../runs/HeldRun';
import { idOf } from './idOf';

/** "Another account's run is 404, never 403"; so is another user's. [wire §7] */
export const findRun = ({ account, params, query }: Call): HeldRun => {
  const held = account.runs.get(idOf(params['run_id']));
  const user_id = query.get('user_id');
  if (held === undefined || (user_id !== null && user_id !== held.record.user_id)) {
    throw refusal(404, 'Run not found', 'run_not_found');
  }
  return held;
};
