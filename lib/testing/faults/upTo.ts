import { defer, EMPTY, takeWhile, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';

/** The first so many events; a comment is none. Completes with the last of them. */
export const upTo =
  (events: number): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    defer(() => {
      let seen = 0;
      if (events <= 0) return EMPTY;
      return lines.pipe(takeWhile(({ comment }) => comment || ++seen < events, true));
    });
