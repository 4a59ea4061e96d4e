import { frameLine } from '../frameLine';
import type { Frame } from '../Script';
import type { World } from '../World';
import { end } from './end';
import { executing } from './executing';
import type { HeldRun } from './HeldRun';

/** Stops what a run is executing; the frame says how it ended. Messages in the queue are dropped. */
export const stop = (held: HeldRun, world: World, ending: Frame): void => {
  const turn = executing(held);
  if (turn === undefined) return;
  held.queue.length = 0;
  turn.stop.abort();
  if (!turn.ended) turn.lines.next(frameLine(ending));
  end(held, turn, world);
};
