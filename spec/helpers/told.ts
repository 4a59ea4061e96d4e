import type { Observable } from 'rxjs';

/** What an Observable tells, and how it ends. */
export interface Told<T> {
  readonly values: readonly T[];
  readonly ended: 'no' | 'completed' | 'failed';
  readonly error?: unknown;
}

/** What an Observable tells at once: the log goes on being written. */
export const toldBy = <T>(source: Observable<T>): Told<T> => {
  const log: { values: T[]; ended: Told<T>['ended']; error?: unknown } = {
    values: [],
    ended: 'no',
  };
  source.subscribe({
    next: (value) => log.values.push(value),
    error: (error: unknown) => Object.assign(log, { ended: 'failed', error }),
    complete: () => (log.ended = 'completed'),
  });
  return log;
};

/** What an Observable tells until its end. */
export const told = <T>(source: Observable<T>): Promise<Told<T>> =>
  new Promise((resolve) => {
    const values: T[] = [];
    source.subscribe({
      next: (value) => values.push(value),
      error: (error: unknown) => resolve({ values, ended: 'failed', error }),
      complete: () => resolve({ values, ended: 'completed' }),
    });
  });
