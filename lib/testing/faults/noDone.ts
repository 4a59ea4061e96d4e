import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';

const DONE = /^data: ?(\[DONE\]|\{"type": ?"done")/;

/** Leaves out `done` and the end marker. */
export const noDone: MonoTypeOperatorFunction<Line> = filter(
  ({ bytes }) => !DONE.test(Buffer.from(bytes.subarray(0, 32)).toString()),
);
