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
import { written, type Chunk } from './chunks';
import { cursorBehind } from './cursor';
import type { Told } from './watch';

/** How a viewer is answered. */
export interface Streaming {
  /** What it is told; no more than it takes: `ready` emits when there is room. */
  readonly told: (ready: () => Observable<unknown>) => Observable<Told>;
  readonly chunk: Chunk;
  /** Milliseconds between comments. */
  readonly keepAlive: number;
  /** What is said first. */
  readonly first?: string | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Aborted when whoever asked has gone. */
  readonly signal?: AbortSignal | undefined;
}

/** Bytes that wait for a viewer: beyond them it is told no more until it has read them. */
const BUFFER = 64 * 1024;

/**
 * Bytes that wait where nothing else keeps them, as of a reply past any log, which does not ask who is
 * ready: beyond them a viewer is hung up on, and joins the run again.
 */
const MOST_WAITING = 16 * 1024 * 1024;

/** Proxies must neither keep nor change an event stream, nor hold it back. */
export const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/**
 * An event stream as an answer. Its end tells whether it is whole: only a run that has ended has the
 * end marker; a body that ends without one was cut, and is healed by who reads it.
 */
export const streaming = ({
  told,
  chunk,
  keepAlive,
  first = ': ok\n\n',
  headers,
  signal,
}: Streaming): Response => {
  const encoder = new TextEncoder();
  const subscription = new Subscription();
  const drained = new Subject<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const hasRoom = (): boolean => (controller.desiredSize ?? 0) > 0;
        const ready = (): Observable<unknown> =>
          defer(() => (hasRoom() ? EMPTY : drained.pipe(take(1))));
        const send = (text: string): void => controller.enqueue(encoder.encode(text));
        const end = (last = ''): void => {
          subscription.unsubscribe();
          if (last !== '') send(last);
          controller.close();
        };
        let id: string | undefined; // of all that was told, seen or not
        const reading = new Subscriber<Told>({
          next: (one: Told) => {
            if (one.type === 'end') {
              return end(one.end === 'ended' ? written('[DONE]', id) : '');
            }
            if ((controller.desiredSize ?? 0) < -MOST_WAITING) return end();
            id = cursorBehind(one);
            const bytes = chunk(one);
            if (bytes.length > 0) controller.enqueue(bytes);
          },
          error: () => end(),
          complete: () => end(),
        });
        send(first);
        if (signal?.aborted) return end();
        const leave = (): void => {
          if (!subscription.closed) end();
        };
        signal?.addEventListener('abort', leave, { once: true });
        subscription.add(() => signal?.removeEventListener('abort', leave));
        subscription.add(reading);
        const beat = (): void => {
          if (hasRoom()) send(': keep-alive\n\n');
        };
        subscription.add(interval(keepAlive).subscribe(beat));
        told(ready).subscribe(reading);
      },
      pull: () => drained.next(),
      cancel: () => subscription.unsubscribe(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER }),
  );
  return new Response(body, { headers: { ...streamHeaders, ...headers } });
};
