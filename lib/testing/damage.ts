import {
  EMPTY,
  NEVER,
  Observable,
  Subscription,
  concat,
  concatMap,
  defer,
  delay,
  filter,
  from,
  identity,
  map,
  of,
  takeWhile,
  throwError,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import { joined, textOf } from './bytes';
import { byLoop, type Rest } from './clock';
import type { Cut, Fault } from './faults';
import type { Line } from './Line';
import { rejoin, shorten } from './replay';
import { pieceSizes } from './resplit';

type Damage = MonoTypeOperatorFunction<Line>;

/** A body as a fault has it: what is replayed, then which events come, then in what bytes. */
export const damage = (fault: Fault = {}, rest: Rest = byLoop): Damage => {
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
      when(fault.split, (seed) => split(seed, rest)),
      when(fault.trickle, trickle),
    );
};

/** A damage that is done when the fault says how. */
const when = <How>(how: How | undefined, damage: (how: How) => Damage): Damage =>
  how === undefined || how === false ? identity : damage(how);

const endless: Damage = (body) => concat(body, NEVER);

const cut =
  (where: Cut): Damage =>
  (body) =>
    hangUp(
      body.pipe('afterEvents' in where ? upTo(where.afterEvents) : upToByte(where.afterBytes)),
      where.how,
    );

/** The first so many events; a comment is none. Completes with the last of them. */
const upTo =
  (events: number): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    defer(() => {
      let seen = 0;
      if (events <= 0) return EMPTY;
      return lines.pipe(takeWhile(({ comment }) => comment || ++seen < events, true));
    });

/** The first so many bytes. */
const upToByte =
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

/** A body that ends here: with its socket, or properly. */
const hangUp = <T>(body: Observable<T>, how: 'reset' | 'end' = 'reset'): Observable<T> =>
  how === 'end'
    ? body
    : concat(
        body,
        throwError(() => new Error('the socket is to be destroyed')),
      );

const DONE = /^data: ?(\[DONE\]|\{"type": ?"done")/;

/** Leaves out `done` and the end marker. */
const noDone: MonoTypeOperatorFunction<Line> = filter(
  ({ bytes }) => !DONE.test(textOf(bytes.subarray(0, 32))),
);

/** One byte at a time. */
const trickle = (ms: number): MonoTypeOperatorFunction<Line> =>
  concatMap(({ bytes }) =>
    from(bytes).pipe(
      map((byte) => ({ bytes: Uint8Array.of(byte) })),
      concatMap((line) => of(line).pipe(delay(ms))),
    ),
  );

/** The same bytes in other pieces, wherever chance has them, each a turn apart. */
const split =
  (seed: number, rest: Rest): MonoTypeOperatorFunction<Line> =>
  (lines) =>
    new Observable((subscriber) => {
      const size = pieceSizes(seed);
      let left: Uint8Array = new Uint8Array();
      let close: (() => void) | undefined;
      let turn = Subscription.EMPTY;
      const go = (): void => {
        if (left.length === 0) close?.();
        else if (turn.closed) turn = rest(0).subscribe(piece);
      };
      const piece = (): void => {
        turn.unsubscribe();
        const bytes = left.subarray(0, size());
        left = left.subarray(bytes.length);
        subscriber.next({ bytes });
        go();
      };
      const closing = (how: () => void) => (): void => {
        close = how;
        go();
      };
      const subscription = lines.subscribe({
        next: ({ bytes }) => {
          left = joined([left, bytes]);
          go();
        },
        error: (error) => closing(() => subscriber.error(error))(),
        complete: closing(() => subscriber.complete()),
      });
      return () => {
        subscription.unsubscribe();
        turn.unsubscribe();
      };
    });
