import { Observable, type OperatorFunction } from 'rxjs';
import type { Line } from '../Line';

/**
 * Rewrites what is replayed: all that comes while subscribing. What comes live passes, unless the
 * rewriting says that the stream ends with the replay.
 */
export const replayed =
  (
    rewrite: (history: readonly Line[]) => readonly Line[],
    ends = false,
  ): OperatorFunction<Line, Line> =>
  (lines) =>
    new Observable((subscriber) => {
      const history: Line[] = [];
      let live = false;
      let over = ends;
      const subscription = lines.subscribe({
        next: (line) => {
          if (!live) history.push(line);
          else if (!ends) subscriber.next(line);
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          over = true;
          if (live) subscriber.complete();
        },
      });
      for (const line of rewrite(history)) subscriber.next(line);
      live = true;
      if (over) subscriber.complete();
      return subscription;
    });
