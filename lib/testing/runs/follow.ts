import { concat, defer, EMPTY, type Observable } from 'rxjs';
import type { Line } from '../Line';
import type { HeldRun } from './HeldRun';

/** What a run says from a turn on: what it has said so far at once, then live, then its next turns. */
export const follow = (held: HeldRun, index: number): Observable<Line> =>
  defer(() => {
    const turn = held.turns[index];
    return turn === undefined ? EMPTY : concat(turn.lines, follow(held, index + 1));
  });
