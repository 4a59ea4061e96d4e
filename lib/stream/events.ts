import { catchError, concatMap, defer, type Observable, type OperatorFunction } from 'rxjs';
import { ConnectionError, DecodeError, InvalidArgumentError, printable } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { mediaType } from '../http/body';
import { bodyOf } from '../http/fetching';
import { connection, type EventsOptions } from './connection';
import { interruption } from './interruption';
import { Tally } from './Tally';

/**
 * A response into the run's events.
 *
 * ```
 * response:  --r|
 *            events()
 * events:    -----m--t-t---t--d|
 * ```
 *
 * @example In a browser, behind a server that relays the run:
 * ```ts
 * import { fromFetch } from 'rxjs/fetch';
 * import { events, textOnly } from 'm8tes-rx';
 *
 * fromFetch('/my/relay').pipe(events(), textOnly()).subscribe(console.log);
 * ```
 *
 * @throws InvalidArgumentError, when it is called, where an option is no number.
 * @throws StreamInterruptedError when the body ends before the run's ending.
 * @throws DecodeError when the answer is no event stream, or a frame is too long.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const events = (options: EventsOptions = {}): OperatorFunction<Response, RunEvent> => {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
      throw new InvalidArgumentError(name, 'must be a number, 0 or more');
    }
  }
  return concatMap((response) =>
    response.ok && mediaType(response) === 'text/event-stream'
      ? read(response, options)
      : refused(response),
  );
};

const read = (response: Response, options: EventsOptions): Observable<RunEvent> =>
  defer(() => {
    const tally = Tally();
    return connection({ body: bodyOf(response) }, tally, options).pipe(
      catchError((cause: unknown) => {
        throw cause instanceof ConnectionError
          ? interruption(tally, { run_id: tally.run_id, cause })
          : cause;
      }),
    );
  });

const refused = (response: Response): Observable<never> =>
  defer(() => {
    response.body?.cancel().catch(() => {});
    throw new DecodeError(
      `status ${response.status} with ${printable(mediaType(response)) || 'no content type'} came where ` +
        'text/event-stream was expected; check the address',
    );
  });
