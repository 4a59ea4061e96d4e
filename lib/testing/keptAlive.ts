import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from './Line';

const comment: Line = { bytes: Buffer.from(': keep-alive\n\n'), comment: true };

/** "The server sends something at least every 15 s." [wire §1] It ends with the events. */
export const keptAlive =
  (ms: number): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    new Observable((subscriber) => {
      const timer = setInterval(() => subscriber.next(comment), ms);
      subscriber.add(() => clearInterval(timer));
      return lines.subscribe(subscriber);
    });
