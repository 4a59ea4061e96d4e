import { concatMap, delay, from, map, of, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';

/** One byte at a time. */
export const trickle = (ms: number): MonoTypeOperatorFunction<Line> =>
  concatMap(({ bytes }) =>
    from(bytes).pipe(
      map((byte) => ({ bytes: Uint8Array.of(byte) })),
      concatMap((line) => of(line).pipe(delay(ms))),
    ),
  );
