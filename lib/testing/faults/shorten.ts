import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';
import { replayed } from './replayed';

/** A replay without its last events, and nothing after it. */
export const shorten = (events: number): MonoTypeOperatorFunction<Line> =>
  replayed((history) => history.slice(0, Math.max(0, history.length - events)), true);
