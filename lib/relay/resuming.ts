import { concatMap, defer, first, map, of, take, timeout, type Observable } from 'rxjs';
import type { End, LogStat, RunLog } from '../log/RunLog';
import type { Cursor } from './cursor';
import { finding, type WatchOptions } from './watch';

/** Where a viewer goes on; undefined where it has to begin anew. */
export type Resuming =
  | (Pick<WatchOptions, 'after' | 'sought'> & {
      /** How the log was closed, where there is nothing to be told but this. */
      readonly end?: End | undefined;
    })
  | undefined;

/** Milliseconds for a log to be read that may have lost its end meanwhile: who waits begins anew. */
const PATIENCE = 2_000;

/** Whether what a fingerprint stands for is in the log, as it is now, in whatever pieces. */
const isTold = (log: RunLog, run: string, { at }: LogStat, fingerprint: string) =>
  defer(() => {
    const found = finding(fingerprint);
    return log.read(run).pipe(
      map((reading) => {
        if (reading.type !== 'entries') return false;
        found.of(reading.entries);
        return found.isFound() || (reading.entries.at(-1)!.pos >= at.pos ? false : undefined);
      }),
      first((is) => is !== undefined),
      timeout({ first: PATIENCE, with: () => of(false) }),
    );
  });

/**
 * Where a viewer goes on that says how far it has been told.
 *
 * A log of the same generation has its place, unless it has lost its end and got it again in other
 * pieces; one that is not there again yet is waited for. In any other log, what was told is looked for
 * by its fingerprint. A viewer whose cursor leads nowhere is told the run from its beginning.
 */
export const resuming = (
  log: RunLog,
  run: string,
  stat: LogStat,
  { gen, ...after }: Cursor,
): Observable<Resuming> => {
  const elsewhere = isTold(log, run, stat, after.fingerprint).pipe(
    map((is) => (is ? { after, sought: true } : undefined)),
  );
  if (gen !== stat.gen) return stat.at.pos === 0 ? of(undefined) : elsewhere;
  if (after.pos > stat.at.pos)
    return of(stat.end === undefined ? { after, sought: true } : undefined);
  if (after.pos === stat.at.pos && after.fingerprint === stat.at.fingerprint)
    return of({ after, end: stat.end });
  return log.read(run, { after }).pipe(
    take(1),
    map(({ type }) => type === 'entries'),
    timeout({ first: PATIENCE, with: () => of(true) }), // it ends there by now
    concatMap((is) => (is ? of({ after }) : elsewhere)),
  );
};
