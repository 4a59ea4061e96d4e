import { concat, identity, NEVER, type MonoTypeOperatorFunction } from 'rxjs';
import type { Line } from '../Line';
import type { Cut, Fault } from './Fault';
import { hangUp } from './hangUp';
import { noDone } from './noDone';
import { rejoin } from './rejoin';
import { shorten } from './shorten';
import { split } from './split';
import { trickle } from './trickle';
import { upTo } from './upTo';
import { upToByte } from './upToByte';

type Damage = MonoTypeOperatorFunction<Line>;

const endless: Damage = (body) => concat(body, NEVER);

const cut =
  (where: Cut): Damage =>
  (body) =>
    hangUp(
      body.pipe('afterEvents' in where ? upTo(where.afterEvents) : upToByte(where.afterBytes)),
      where.how,
    );

/** A damage that is done when the fault says how. */
const when = <How>(how: How | undefined, damage: (how: How) => Damage): Damage =>
  how === undefined || how === false ? identity : damage(how);

/** A body as a fault has it: what is replayed, then which events come, then in what bytes. */
export const damage = (fault: Fault = {}): Damage => {
  const nothing = fault.reset === 'after-headers' ? { afterEvents: 0 } : undefined;
  return (body) =>
    body.pipe(
      when(fault.rejoin, rejoin),
      when(fault.shorten, shorten),
      when(fault.noDone, () => noDone),
      when(fault.cut ?? nothing, cut),
      when(
        fault.stall,
        ({ afterEvents }) =>
          (events) =>
            endless(events.pipe(upTo(afterEvents))),
      ),
      when(fault.neverHangUp, () => endless),
      when(fault.split, split),
      when(fault.trickle, trickle),
    );
};
