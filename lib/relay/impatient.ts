import { defer, firstValueFrom, timeout } from 'rxjs';
import type { RunLog } from '../log/RunLog';

/** Milliseconds that a log may take to answer: more than any that works, and less than a page waits. */
const PATIENCE = 10_000;

/**
 * A log of which each answer comes in time, or is an error. A client of a database that is away may
 * keep what it was asked until the database is back, for ever if need be; whoever asked waits no longer.
 * What is repeated then may reach the log twice: it counts positions, so that makes no difference.
 */
export const impatient = (log: RunLog): RunLog => {
  const within = <A>(ask: () => Promise<A>): Promise<A> =>
    firstValueFrom(
      defer(ask).pipe(
        timeout({
          first: PATIENCE,
          with: () => {
            throw new RangeError(`the log has not answered within ${PATIENCE} ms`);
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
