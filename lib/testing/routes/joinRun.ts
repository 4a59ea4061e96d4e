import type { Handler } from '../Call';
import { refusal } from '../refusal';
import { executing } from '../runs/executing';
import { follow } from '../runs/follow';
import { findRun } from './findRun';
import { runStream } from './runStream';

/** "Replays the whole history so far, then live; 409 once the run no longer executes." [wire §1] */
export const joinRun: Handler = (call) => {
  const held = findRun(call);
  if (executing(held) === undefined) {
    throw refusal(409, 'The run is not executing; read it instead', 'run_not_executing');
  }
  const first = call.world.history === 'whole' ? 0 : held.turns.length - 1;
  return runStream(held, follow(held, first), call.world);
};
