import { interval, noop, Subscriber, type Observable } from 'rxjs';

/** Asked before more is read: done when the reader of the body has taken all that there was. */
export type Ready = () => Promise<void>;

/**
 * Texts as the body of a response, for a reader that may be slow: who makes them asks `ready` before
 * each, so that none waits here but the last. A reader that leaves is unsubscribed.
 *
 * @param comment what is sent each `pause` milliseconds, so that nobody takes it for dead.
 */
export const textBody = (
  texts: (ready: Ready) => Observable<string>,
  comment: string,
  pause: number,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  let subscriber: Subscriber<string>;
  let taken: () => void = noop;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const isTaken = (): boolean => (controller.desiredSize ?? 0) > 0;
      const send = (text: string): void => controller.enqueue(encoder.encode(text));
      subscriber = new Subscriber<string>({
        next: send,
        error: (reason: unknown) => controller.error(reason),
        complete: () => controller.close(),
      });
      const ready: Ready = () =>
        new Promise((resolve) => (isTaken() ? resolve() : (taken = resolve)));
      /* eslint-disable no-restricted-syntax -- a body is no subscriber; `cancel` lets go */
      subscriber.add(interval(pause).subscribe(() => isTaken() && send(comment)));
      texts(ready).subscribe(subscriber);
    },
    pull: () => taken(),
    cancel: () => subscriber.unsubscribe(),
  });
};
