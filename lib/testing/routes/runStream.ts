import { takeUntil, type Observable } from 'rxjs';
import type { Answer } from '../Answer';
import type { Line } from '../Line';
import type { HeldRun } from '../runs/HeldRun';
import { streamAnswer } from '../streamAnswer';
import type { World } from '../World';

/** Events of a run, up to where this server hangs up. */
export const runStream = (held: HeldRun, lines: Observable<Line>, { pauses }: World): Answer =>
  streamAnswer(pauses === 'hang-up' ? lines.pipe(takeUntil(held.paused)) : lines);
