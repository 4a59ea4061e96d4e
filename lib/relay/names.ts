import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  last,
  map,
  of,
  repeat,
  takeWhile,
  throwError,
  timeout,
  type Observable,
} from 'rxjs';
import { ConnectionError } from '../errors';
import type { RunLog } from '../log/RunLog';
import { boundKey } from './admission';

/** What people call runs: a chat or a thread that a page named before there was a run. */
export interface Names {
  /** From now on the name of an owner stands for this run. */
  readonly set: (owner: string, name: string, run_id: number) => Observable<never>;
  /** The run that a name stands for; undefined where it stands for none, or not any more. */
  readonly get: (owner: string, name: string) => Observable<number | undefined>;
}

/** Milliseconds for which a name is somebody's to set, and between two looks whether it is free. */
const LEASE = 2_000;
const WAIT = 20;

/** Milliseconds in which a log that has more of a name tells it. */
const PATIENCE = 2_000;

/**
 * Names of runs, in the log of the runs: so whatever machine is asked knows them, and they last as
 * long as a log that nobody writes to. Each is a small log of its own, whose last entry counts; two
 * people's names never meet.
 */
export const names = (log: RunLog): Names => {
  const keyOf = (owner: string, name: string) =>
    defer(() => boundKey(owner, name)).pipe(map((key) => `name-${key}`));

  const write = (key: string, run_id: number): Observable<never> =>
    defer(() => {
      const owner = crypto.randomUUID();
      return defer(() => log.acquire(key, owner, LEASE)).pipe(
        repeat({ count: (2 * LEASE) / WAIT, delay: WAIT }),
        takeWhile(({ type }) => type === 'held', true),
        last(),
        concatMap((office) => {
          if (office.type !== 'yours')
            return throwError(
              () => new ConnectionError(`a name of run ${run_id} is ${office.type}`),
            );
          const { epoch, at } = office;
          const frames = [{ data: String(run_id), fingerprint: '' }];
          return from(
            log.append({ run: key, owner, epoch, from: at.pos, frames, lease: LEASE }),
          ).pipe(
            concatMap(({ type }) => {
              if (type !== 'appended')
                throw new ConnectionError(`a name of run ${run_id} was not kept: ${type}`);
              // It is kept; and the lease ends by itself.
              return from(log.release(key, owner)).pipe(catchError(() => EMPTY));
            }),
          );
        }),
        ignoreElements(),
      );
    });

  const read = (key: string): Observable<number | undefined> =>
    defer(() => log.stat(key)).pipe(
      concatMap((stat) => {
        if (stat === undefined || stat.at.pos === 0) return of(undefined);
        return log.read(key).pipe(
          map((reading) => (reading.type === 'entries' ? reading.entries.at(-1) : undefined)),
          takeWhile((entry) => entry !== undefined && entry.pos < stat.at.pos, true),
          last(),
          map((entry) => (entry === undefined ? undefined : Number(entry.data))),
          // A log that says nothing knows it still: taken for none, the name would get another run.
          timeout({
            each: PATIENCE,
            with: () => throwError(() => new ConnectionError('a name could not be read')),
          }),
        );
      }),
    );

  return {
    set: (owner, name, run_id) => keyOf(owner, name).pipe(concatMap((key) => write(key, run_id))),
    get: (owner, name) => keyOf(owner, name).pipe(concatMap(read)),
  };
};
