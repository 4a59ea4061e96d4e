import { Subscription, type Observable } from 'rxjs';

/** What breaks off each of the bodies that are open. */
export type Breaks = Set<() => void>;

/** What the platform's fetch throws when a socket breaks off, as far as anybody looks at it. */
export const broken = (message: string, code = 'ECONNRESET'): TypeError =>
  new TypeError(message, { cause: { code } });

/**
 * A body to be read as from a socket: what was sent before a break still arrives, and it goes on
 * while nobody reads. Aborting tears it, and what waits in it is lost.
 */
export const streamOf = (
  body: Observable<{ readonly bytes: Uint8Array }>,
  signal: AbortSignal | undefined,
  open: Breaks,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const waiting: Uint8Array<ArrayBuffer>[] = [];
  const subscription = new Subscription();
  let end: ((controller: Controller) => void) | undefined;
  let wake = (): void => {};

  const ending = (how: (controller: Controller) => void) => (): void => {
    end = how;
    wake();
  };
  const tear = (reason: () => unknown) => (): void => {
    subscription.unsubscribe();
    waiting.length = 0;
    ending((controller) => controller.error(reason()))();
  };
  const abort = tear(() => signal?.reason);
  const breakOff = tear(() => broken('terminated'));
  const forget = (): void => {
    open.delete(breakOff);
    signal?.removeEventListener('abort', abort);
  };

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: () => {
        open.add(breakOff);
        signal?.addEventListener('abort', abort, { once: true });
        subscription.add(
          body.subscribe({
            next: ({ bytes }) => {
              waiting.push(new Uint8Array(bytes));
              wake();
            },
            error: ending((controller) => controller.error(broken('terminated'))),
            complete: ending((controller) => controller.close()),
          }),
        );
      },
      pull: (controller) =>
        new Promise((resolve) => {
          wake = () => {
            const bytes = waiting.shift();
            if (bytes === undefined && end === undefined) return;
            wake = () => {};
            if (bytes !== undefined) controller.enqueue(bytes);
            else {
              forget();
              end?.(controller);
            }
            resolve();
          };
          wake();
        }),
      cancel: () => {
        forget();
        subscription.unsubscribe();
      },
    },
    { highWaterMark: 0 },
  );
};
