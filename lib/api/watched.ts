import { pipe, type MonoTypeOperatorFunction } from 'rxjs';
import { printable, RunTimeoutError } from '../errors';
import { isInfrastructure } from '../events/kinds';
import type { RunEvent } from '../events/RunEvent';
import { operator } from '../operator';
import { watchdog } from '../stream/watchdog';
import type { Api } from './Api';

const isContent = (event: RunEvent): boolean => !isInfrastructure(event);

/** Frames of a kind that the log is told of, for each stream: a server may send them without end. */
const MOST = 10;

/** Tells the log of frames that could not be understood. */
const logged = (onLog: Api['onLog']): MonoTypeOperatorFunction<RunEvent> =>
  operator((subscriber) => {
    let malformed = 0;
    let unknown = 0;
    const more = (count: number): string => (count === MOST ? '; more of them are not told' : '');
    const tell = (event: RunEvent): void => {
      if (event.type === 'malformed' && ++malformed <= MOST) {
        const problems = printable(event.problems.join('; '), 500);
        onLog({ level: 'warn', message: `a frame is malformed: ${problems}${more(malformed)}` });
      } else if (event.type === 'unknown' && isContent(event) && ++unknown <= MOST) {
        const name = printable(event.name);
        onLog({
          level: 'debug',
          message: `a frame is of the unknown type ${name}${more(unknown)}`,
        });
      }
    };
    return {
      next: (event) => {
        if (event.type === 'malformed' || event.type === 'unknown') tell(event);
        subscriber.next(event);
      },
    };
  });

/** Watches a stream for stalls, and tells the log of frames that could not be understood. */
export const watched = (stall: number, onLog: Api['onLog']): MonoTypeOperatorFunction<RunEvent> =>
  pipe(
    watchdog(
      stall,
      () =>
        new RunTimeoutError(
          `the run has said nothing for ${stall} ms; it may be going on: read it with runs.get()`,
          'timeouts.stall',
          stall,
        ),
      isContent,
    ),
    logged(onLog),
  );
