import type { HeldRun, HeldTurn } from './HeldRun';

/** The turn a run is executing; a run that waits for people executes still. */
export const executing = ({ turns }: HeldRun): HeldTurn | undefined => {
  const turn = turns.at(-1);
  return turn === undefined || turn.over ? undefined : turn;
};
