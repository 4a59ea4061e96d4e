import { pipe, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { RunTimeoutError } from '../errors';
import { isInfrastructure } from '../events/isInfrastructure';
import type { RunEvent } from '../events/RunEvent';
import { watchdog } from '../stream/watchdog';
import type { Api } from './Api';

const isContent = (event: RunEvent): boolean => !isInfrastructure(event);

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
    tap((event) => {
      if (event.type === 'malformed') {
        onLog({ level: 'warn', message: `a frame is malformed: ${event.problems.join('; ')}` });
      } else if (event.type === 'unknown' && isContent(event)) {
        onLog({ level: 'debug', message: `a frame is of the unknown type ${event.name}` });
      }
    }),
  );
