import { interval, Subscriber, Subscription, type Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { encodeEvent } from '../events/encode';
import type { RunEvent } from '../events/RunEvent';
import { written } from './chunks';
import { exposed, type Expose } from './expose';
import { failure } from './failure';
import { streamHeaders } from './streaming';

/** How a run is relayed. */
export interface RelayOptions {
  /** Milliseconds between the comments that keep the connection alive. Default 15,000; `Infinity` for none. */
  readonly keepAlive?: number | undefined;
  /** Bytes that may wait for a slow browser before it is hung up on. Default 16 MiB. */
  readonly buffer?: number | undefined;
  /** What leaves the server, as of `createRelay`. Default `'all'`: what the pipeline lets through. */
  readonly expose?: Expose | undefined;
}

/** Characters that are sent at once, without waiting for more of the same go. */
const MOST_WAITING = 2 ** 16;

/** Beyond this a timer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

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
  const encoder = new TextEncoder();
  const subscription = new Subscription();
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let waiting = '';
        const fail = (error: unknown): void => {
          subscription.unsubscribe();
          controller.error(error);
        };
        const flush = (): void => {
          if (subscription.closed || waiting === '') return;
          controller.enqueue(encoder.encode(waiting));
          waiting = '';
          if ((controller.desiredSize ?? 0) > 0) return;
          fail(new RangeError(`a browser left ${buffer} bytes unread`));
        };
        // What comes in one go is one chunk: to queue each event costs twice what all else does.
        const send = (text: string): void => {
          if (subscription.closed) return;
          if (waiting === '') queueMicrotask(flush);
          waiting += text;
          if (waiting.length > MOST_WAITING) flush();
        };
        const end = (last: string): void => {
          send(last);
          flush();
          if (subscription.closed) return;
          subscription.unsubscribe();
          controller.close();
        };
        const reading = new Subscriber<RunEvent>({
          next: (event: RunEvent) => {
            try {
              const visible = seen(event);
              if (visible !== undefined) send(written(encodeEvent(visible)));
            } catch (error) {
              fail(error); // an event that is no JSON, of somebody's own making
            }
          },
          error: (reason: unknown) => end(written(encodeEvent(failure(reason)))),
          complete: () => end(written('[DONE]')),
        });
        subscription.add(reading);
        send(': ok\n\n');

        const pause = Math.min(keepAlive, LONGEST_TIMER);
        subscription.add(interval(pause).subscribe(() => send(': keep-alive\n\n')));
        run$.subscribe(reading);
      },
      cancel: () => subscription.unsubscribe(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: buffer }),
  );
  return new Response(stream, { headers: streamHeaders });
};
