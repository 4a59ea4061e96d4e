import { identity, Observable, takeUntil, type MonoTypeOperatorFunction } from 'rxjs';

/** One listener a signal, however many streams hang on it: the platform warns from the eleventh on. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

const listen = (signal: AbortSignal, wake: () => void): (() => void) => {
  const known = waiting.get(signal);
  const wakes = known ?? new Set<() => void>();
  const onAbort = (): void => wakes.forEach((each) => each());
  if (known === undefined) {
    waiting.set(signal, wakes);
    signal.addEventListener('abort', onAbort, { once: true });
  }
  wakes.add(wake);
  return () => wakes.delete(wake);
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
