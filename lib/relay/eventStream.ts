import {
  defer,
  EMPTY,
  interval,
  Subject,
  Subscriber,
  Subscription,
  take,
  type Observable,
} from 'rxjs';

/** How an event stream is answered with. */
export interface EventStreaming {
  /** Milliseconds between the comments that keep the connection alive; `Infinity` for none. */
  readonly keepAlive: number;
  /** What is said first, so that whatever stands between lets the answer through. */
  readonly first?: string | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Aborted when whoever asked has gone. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that may wait for a reader before it is hung up on. Default 16 MiB. */
  readonly buffer?: number | undefined;
}

/** Proxies must neither keep nor change an event stream, nor hold it back. */
export const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** Bytes that wait for a reader: with more of them it has no room, and a source that asks tells no more. */
const ROOM = 64 * 1024;

/** Characters that are sent at once, without waiting for more of the same go. */
const MOST_WAITING = 2 ** 16;

/** Beyond this a timer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Server-sent events as an answer: texts or bytes of whole frames, as they come. The source is
 * subscribed to at once, and let go of when the reader goes, or whoever asked. Where it errors, the
 * body breaks off.
 *
 * @param source gets `ready`, which emits or completes when there is room. One that cannot wait need
 *   not ask: what it tells waits here, up to `buffer`.
 */
export const eventStream = (
  source: (ready: () => Observable<unknown>) => Observable<string | Uint8Array>,
  { keepAlive, first = ': ok\n\n', headers, signal, buffer = 16 * 1024 * 1024 }: EventStreaming,
): Response => {
  const encoder = new TextEncoder();
  const subscription = new Subscription();
  const drained = new Subject<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const room = (): number => controller.desiredSize ?? 0;
        const ready = (): Observable<unknown> =>
          defer(() => (room() > 0 ? EMPTY : drained.pipe(take(1))));
        let waiting = '';
        const fail = (error: unknown): void => {
          subscription.unsubscribe();
          controller.error(error);
        };
        const enqueue = (bytes: Uint8Array): void => {
          controller.enqueue(bytes);
          if (ROOM - room() > buffer) fail(new RangeError(`a reader left ${buffer} bytes unread`));
        };
        const flush = (): void => {
          if (subscription.closed || waiting === '') return;
          const text = waiting;
          waiting = '';
          enqueue(encoder.encode(text));
        };
        // What comes in one go is one chunk: to queue each event costs twice what all else does.
        const send = (text: string): void => {
          if (waiting === '') queueMicrotask(flush);
          waiting += text;
          if (waiting.length > MOST_WAITING) flush();
        };
        const end = (): void => {
          flush();
          if (subscription.closed) return;
          subscription.unsubscribe();
          controller.close();
        };
        const reading = new Subscriber<string | Uint8Array>({
          next: (piece: string | Uint8Array) => {
            if (typeof piece === 'string') return send(piece);
            flush();
            if (!subscription.closed && piece.length > 0) enqueue(piece);
          },
          error: fail,
          complete: end,
        });
        subscription.add(reading);
        send(first);
        if (signal?.aborted) return end();
        signal?.addEventListener('abort', end, { once: true });
        subscription.add(() => signal?.removeEventListener('abort', end));
        const beat = (): void => {
          if (room() > 0) send(': keep-alive\n\n');
        };
        subscription.add(interval(Math.min(keepAlive, LONGEST_TIMER)).subscribe(beat));
        source(ready).subscribe(reading);
      },
      pull: () => drained.next(),
      cancel: () => subscription.unsubscribe(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: ROOM }),
  );
  return new Response(body, { headers: { ...streamHeaders, ...headers } });
};
