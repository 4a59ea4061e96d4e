import { Observable, type MonoTypeOperatorFunction, type OperatorFunction } from 'rxjs';
import { frameLine, type Line } from './Line';
import { random } from './random';
import type { Frame } from './Script';

/** A replay without its last events, and nothing after it. */
export const shorten = (events: number): MonoTypeOperatorFunction<Line> =>
  replayed((history) => history.slice(0, Math.max(0, history.length - events)), true);

/** What two deltas must share to be pieces of one text: all but the text. */
const channel = ({ delta: _, ...rest }: Frame): string => JSON.stringify(rest);

const isDelta = (line: Line | undefined): line is Line & { readonly frame: Frame } =>
  typeof line?.frame?.['delta'] === 'string';

/** "The server replays the whole history, perhaps with deltas joined differently." */
export const rejoin = (seed: number): MonoTypeOperatorFunction<Line> =>
  replayed((history) => {
    const chance = random(seed);
    const lines: Line[] = [];
    let run: Frame[] = [];
    const flush = (): void => {
      const [first] = run;
      if (first === undefined) return;
      const letters = Array.from(run.map(({ delta }) => delta as string).join(''));
      run = [];
      while (letters.length > 0) {
        const delta = letters.splice(0, 1 + Math.floor(chance() * 24)).join('');
        lines.push(frameLine({ ...first, delta }));
      }
    };
    for (const line of history) {
      if (!isDelta(line)) {
        flush();
        lines.push(line);
        continue;
      }
      if (run[0] !== undefined && channel(run[0]) !== channel(line.frame)) flush();
      run.push(line.frame);
    }
    flush();
    return lines;
  });

/**
 * Rewrites what is replayed: all that comes while subscribing. What comes live passes, unless the
 * rewriting says that the stream ends with the replay.
 */
const replayed =
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
