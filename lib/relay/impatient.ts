import { defer, firstValueFrom, timeout } from 'rxjs';
import type { RunLog } from '../log/RunLog';

/**
 * A log of which each answer comes within so many milliseconds, or is an error. By then an office that
 * was asked for may be over: so it is a lease. A client of a database that is away may
 * keep what it was asked until the database is back, for ever if need be; whoever asked waits no longer.
 * What is repeated then may reach the log twice: it counts positions, so that makes no difference.
 */
export const impatient = (log: RunLog, patience: number): RunLog => {
  const within = <A>(ask: () => Promise<A>): Promise<A> =>
    firstValueFrom(
      defer(ask).pipe(
        timeout({
          first: patience,
          with: () => {
            throw new RangeError(`the log has not answered within ${patience} ms`);
          },
        }),
      ),
    );
  return {
    acquire: (...asked) => within(() => log.acquire(...asked)),
    append: (...asked) => within(() => log.append(...asked)),
    read: (...asked) => log.read(...asked),
    stat: (...asked) => within(() => log.stat(...asked)),
    release: (...asked) => within(() => log.release(...asked)),
  };
};
