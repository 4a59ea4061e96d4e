import { concatMap, defer, type Observable, type OperatorFunction } from 'rxjs';
import { ConnectionError, DecodeError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { body } from '../http/body';
import { frames } from './frames';
import { untilEnding } from './untilEnding';
import { watchdog } from './watchdog';

/** How one connection is read. */
export interface EventsOptions {
  /** Milliseconds without a byte after which the socket is dead. Default 45,000: three missed keepalives. */
  readonly idleTimeout?: number | undefined;
  /** Milliseconds of silence after the ending before the connection is closed. Default 1,000. */
  readonly linger?: number | undefined;
  /** Characters in one frame. Default 16 Mi. */
  readonly maxFrameLength?: number | undefined;
}

const isEventStream = (response: Response): boolean =>
  response.ok && /^\s*text\/event-stream\s*(;|$)/i.test(response.headers.get('content-type') ?? '');

/**
 * A response into the run's events: the whole journey of a frame, from bytes to event.
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
export const events = ({
  idleTimeout = 45_000,
  linger = 1_000,
  maxFrameLength,
}: EventsOptions = {}): OperatorFunction<Response, RunEvent> =>
  concatMap((response) =>
    isEventStream(response)
      ? body(response).pipe(
          watchdog(
            idleTimeout,
            () => new ConnectionError(`not a byte for ${idleTimeout} ms`),
          ),
          frames(maxFrameLength),
          untilEnding(linger),
        )
      : refused(response),
  );

const refused = (response: Response): Observable<never> =>
  defer(() => {
    response.body?.cancel().catch(() => {});
    const type = response.headers.get('content-type') ?? 'no content type';
    throw new DecodeError(
      `status ${response.status} with ${type} came where an event stream (text/event-stream) ` +
        'was expected; check the address',
    );
  });
