import type { World } from '../World';
import type { HeldRun, HeldTurn } from './HeldRun';
import { write } from './write';

/** A turn is over. What comes next begins before its streams close, so that they can go on to it. */
export const end = (held: HeldRun, turn: HeldTurn, world: World, next = (): void => {}): void => {
  if (turn.over) return;
  turn.over = true;
  if (turn.text !== '') write(held, 'assistant', turn.text, world);
  next();
  turn.lines.complete();
};
