import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';
import { random } from '../random';

const LONGEST = 24;

/** The same bytes in other pieces, wherever chance has them, each a turn of the event loop apart. */
export const split =
  (seed: number): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    new Observable((subscriber) => {
      const chance = random(seed);
      let left = Buffer.alloc(0);
      let close: (() => void) | undefined;
      let turn: NodeJS.Immediate | undefined;
      const go = (): void => {
        if (left.length > 0) turn ??= setImmediate(piece);
        else close?.();
      };
      const piece = (): void => {
        turn = undefined;
        const size = 1 + Math.floor(chance() * LONGEST);
        const bytes = left.subarray(0, size);
        left = left.subarray(size);
        subscriber.next({ bytes });
        go();
      };
      const closing = (how: () => void) => (): void => {
        close = how;
        go();
      };
      const subscription = lines.subscribe({
        next: ({ bytes }) => {
          left = Buffer.concat([left, bytes]);
          go();
        },
        error: (error) => closing(() => subscriber.error(error))(),
        complete: closing(() => subscriber.complete()),
      });
      return () => {
        subscription.unsubscribe();
        clearImmediate(turn);
      };
    });
