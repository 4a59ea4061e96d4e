import { identity, Observable, takeUntil, type MonoTypeOperatorFunction } from 'rxjs';

/** One listener a signal, however many streams hang on it: the platform warns from the eleventh on. */
interface Waiting {
  readonly wakes: Set<() => void>;
  readonly onAbort: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

const listening = (signal: AbortSignal): Waiting => {
  const wakes = new Set<() => void>();
  const onAbort = (): void => wakes.forEach((wake) => wake());
  signal.addEventListener('abort', onAbort, { once: true });
  return { wakes, onAbort };
};

const listen = (signal: AbortSignal, wake: () => void): (() => void) => {
  const known = waiting.get(signal) ?? listening(signal);
  waiting.set(signal, known);
  const { wakes, onAbort } = known;
  wakes.add(wake);
  return () => {
    wakes.delete(wake);
    if (wakes.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener('abort', onAbort);
  };
};

/** Errors with the signal's reason when it is aborted; unsubscribing does what it always does. */
export const abortable = <T>(signal: AbortSignal | undefined): MonoTypeOperatorFunction<T> =>
  signal === undefined
    ? identity
    : takeUntil(
        new Observable<never>((subscriber) => {
          const abort = (): void => subscriber.error(signal.reason);
          if (signal.aborted) return abort();
          return listen(signal, abort);
        }),
      );
