import { asapScheduler, asyncScheduler, firstValueFrom, NEVER, Observable, timer } from 'rxjs';
import { abortable } from '../http/abortable';

/** A timer above this fires at once. */
export const LONGEST = 2 ** 31 - 1;

/**
 * What comes once, after so many milliseconds; after none at all, in a later turn. How the time of the
 * API goes that is played.
 */
export type Rest = (ms: number) => Observable<unknown>;

/**
 * Silence for so many milliseconds, for ever if they are infinite. By the timers that are there when it
 * begins: those a spec has put in their place drive it. It is none of RxJS's, which a spec may count.
 */
const silence: Rest = (ms) =>
  new Observable<void>((subscriber) => {
    // What never ends needs no timer, which would keep a process alive.
    if (ms === Infinity) return undefined;
    const over = (): void => {
      subscriber.next();
      subscriber.complete();
    };
    const timer = setTimeout(over, Math.min(ms, LONGEST));
    return () => clearTimeout(timer);
  });

/** The same as a Promise, which rejects when it is stopped. */
export const sleep = (ms: number, signal: AbortSignal): Promise<unknown> =>
  firstValueFrom(silence(ms).pipe(abortable(signal)));

/** Those of before a spec put others in their place: a turn of the event loop takes no time. */
const { setTimeout: soon } = globalThis;
const immediately: typeof setImmediate | undefined = globalThis.setImmediate;
const { clearTimeout: notSoon } = globalThis;
const notImmediately: typeof clearImmediate | undefined = globalThis.clearImmediate;

/** A later turn of the event loop. */
const turn = new Observable<void>((subscriber) => {
  const act = (): void => {
    subscriber.next();
    subscriber.complete();
  };
  if (immediately !== undefined && notImmediately !== undefined) {
    const turn = immediately(act);
    return () => notImmediately(turn);
  }
  const turn = soon(act, 0);
  return () => notSoon(turn);
});

/** What time it is, or will be then, as ISO 8601 writes it: where time is virtual, by that. */
export const now = (after = 0): string => new Date(asyncScheduler.now() + after).toISOString();

/** Instant is a turn of the event loop: each frame is a write of its own, on a socket too. */
export const byLoop: Rest = (ms) => (ms > 0 ? silence(ms) : turn);

/** By RxJS's schedulers and nothing else: where time is virtual, they are. */
export const bySchedulers: Rest = (ms) => {
  if (ms === Infinity) return NEVER;
  return ms > 0 ? timer(Math.min(ms, LONGEST)) : timer(0, asapScheduler);
};

const watch = globalThis.performance;
const read: (this: Performance) => number = Reflect.get(watch, 'now');

/** Milliseconds by the real clock, whatever a spec has put in its place. */
export const realTime = (): number => read.call(watch);

/** A few milliseconds by the real clock. */
export const moment = (): Promise<void> =>
  new Promise((resolve) => {
    soon(resolve, 2);
  });
