import type { Handler } from '../Call';
import { jsonAnswer } from '../jsonAnswer';
import { refusal } from '../refusal';
import { executing } from '../runs/executing';
import { stop } from '../runs/stop';
import { findRun } from './findRun';

/** "`cancel` on a run that has ended: 409." [wire §7] */
export const cancelRun: Handler = (call) => {
  const held = findRun(call);
  if (executing(held)?.ended !== false) throw refusal(409, 'The run has ended', 'run_not_active');
  stop(held, call.world, { type: 'cancelled' });
  return jsonAnswer(held.record);
};
