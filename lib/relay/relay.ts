import { catchError, endWith, map, of, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { encodeEvent } from '../events/encode';
import type { RunEvent } from '../events/RunEvent';
import { written } from './chunks';
import { eventStream } from './eventStream';
import { exposed, type Expose } from './expose';
import { failure } from './failure';

/** How a run is relayed. */
export interface RelayOptions {
  /** Milliseconds between the comments that keep the connection alive. Default 15,000; `Infinity` for none. */
  readonly keepAlive?: number | undefined;
  /** Bytes that may wait for a slow browser before it is hung up on. Default 16 MiB. */
  readonly buffer?: number | undefined;
  /** What leaves the server, as of `createRelay`. Default `'all'`: what the pipeline lets through. */
  readonly expose?: Expose | undefined;
}

/** What stands behind a run that has been told to its end. */
const OVER = undefined;

/**
 * A run as the answer of your own server to one browser, which reads it with `events()`. The API key
 * stays on the server. The run is subscribed to at once, and a comment goes ahead of it, so that
 * whatever stands between lets the answer through.
 *
 * A browser that hangs up has left, and no more: the run is unsubscribed from and goes on, unless its
 * own `onUnsubscribe: 'cancel'` says otherwise. A browser that does not read is hung up on when
 * `buffer` bytes wait for it.
 *
 * A run that cannot be streamed to its end becomes an `error` event and a stream without an ending:
 * the browser gets a `StreamInterruptedError`, never half a run for a whole one.
 *
 * @example In a route handler that takes a Request and gives a Response:
 * ```ts
 * import { createClient } from 'm8tes-rx';
 * import { relay } from 'm8tes-rx/relay';
 *
 * const client = createClient();
 * export const POST = async (request: Request): Promise<Response> =>
 *   relay(client.runs.create({ message: await request.text() }));
 * ```
 *
 * @throws {InvalidArgumentError} where an option is unusable
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const relay = (
  run$: Observable<RunEvent>,
  { keepAlive = 15_000, buffer = 16 * 1024 * 1024, expose = 'all' }: RelayOptions = {},
): Response => {
  for (const [name, value] of Object.entries({ keepAlive, buffer })) {
    if (typeof value !== 'number' || !(value > 0))
      throw new InvalidArgumentError(name, 'must be a number above 0');
  }
  const { event: seen } = exposed(expose);
  const frames = run$.pipe(
    endWith(OVER),
    catchError((reason: unknown) => of(failure(reason))),
    map((event) => {
      if (event === OVER) return written('[DONE]');
      const visible = seen(event);
      return visible === undefined ? '' : written(encodeEvent(visible));
    }),
  );
  return eventStream(() => frames, { keepAlive, buffer });
};
