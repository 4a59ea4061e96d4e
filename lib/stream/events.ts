import { concatMap, defer, type Observable, type OperatorFunction } from 'rxjs';
import { DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { connection, type EventsOptions } from './connection';

const isEventStream = (response: Response): boolean =>
  response.ok && /^\s*text\/event-stream\s*(;|$)/i.test(response.headers.get('content-type') ?? '');

/**
 * A response into the run's events.
 *
 * ```
 * response:  --r------------------------|
 *            events()
 * events:    -----m--t-t---t--d---------|
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
 * @throws StreamInterruptedError when the body ends before the run's ending.
 * @throws DecodeError when the answer is no event stream, or a frame is too long.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const events = (options?: EventsOptions): OperatorFunction<Response, RunEvent> =>
  concatMap((response) =>
    isEventStream(response) ? connection(response, options) : refused(response),
  );

const refused = (response: Response): Observable<never> =>
  defer(() => {
    response.body?.cancel().catch(() => {});
    const type = response.headers.get('content-type') ?? 'no content type';
    throw new DecodeError(
      `status ${response.status} with ${type} came where text/event-stream ` +
        'was expected; check the address',
    );
  });
