import { concat, NEVER, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { Line } from '../Line';
import type { Fault } from './Fault';
import { hangUp } from './hangUp';
import { noDone } from './noDone';
import { rejoin } from './rejoin';
import { shorten } from './shorten';
import { split } from './split';
import { trickle } from './trickle';
import { upTo } from './upTo';
import { upToByte } from './upToByte';

type Damage = {
  readonly [K in keyof Fault]-?: (
    body: Observable<Line>,
    how: NonNullable<Fault[K]>,
  ) => Observable<Line>;
};

/** What each fault does to a body, in the order in which they are done. */
const damages: Pick<
  Damage,
  'rejoin' | 'shorten' | 'noDone' | 'cut' | 'stall' | 'neverHangUp' | 'split' | 'trickle' | 'reset'
> = {
  rejoin: (body, seed) => body.pipe(rejoin(seed)),
  shorten: (body, events) => body.pipe(shorten(events)),
  noDone: (body, on) => (on ? body.pipe(noDone) : body),
  cut: (body, cut) =>
    hangUp(
      body.pipe('afterEvents' in cut ? upTo(cut.afterEvents) : upToByte(cut.afterBytes)),
      cut.how,
    ),
  stall: (body, { afterEvents }) => concat(body.pipe(upTo(afterEvents)), NEVER),
  neverHangUp: (body, on) => (on ? concat(body, NEVER) : body),
  split: (body, seed) => body.pipe(split(seed)),
  trickle: (body, ms) => body.pipe(trickle(ms)),
  reset: (body, when) => (when === 'after-headers' ? hangUp(body.pipe(upTo(0))) : body),
};

/** A body as a fault has it. */
export const damage =
  (fault: Fault = {}): MonoTypeOperatorFunction<Line> =>
  (body) =>
    Object.entries(damages).reduce((damaged, [name, apply]) => {
      const how = fault[name as keyof typeof damages];
      return how === undefined ? damaged : (apply as Damage[keyof Fault])(damaged, how as never);
    }, body);
