import { defer, EMPTY, map, takeWhile, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';

/** The first so many bytes. */
export const upToByte =
  (count: number): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    defer(() => {
      let left = count;
      if (left <= 0) return EMPTY;
      return lines.pipe(
        map((line) => {
          const bytes = line.bytes.subarray(0, left);
          left -= bytes.length;
          return { ...line, bytes };
        }),
        takeWhile(() => left > 0, true),
      );
    });
