import { interval, noop, Subscriber, type Observable } from 'rxjs';

/** Resolves when the reader of a body has taken what there is. */
export type Ready = () => Promise<void>;

/**
 * Texts as the body of a response, for a reader that may be slow: who makes them asks `ready` after
 * each, and makes no more until what there is was taken. Who leaves is unsubscribed.
 *
 * @param comment what is sent every `pause` milliseconds, so that nobody takes the body for dead;
 *   not to a reader that has not yet taken what there is.
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

      subscriber.add(interval(pause).subscribe(() => isTaken() && send(comment)));
      texts(ready).subscribe(subscriber);
    },
    pull: () => taken(),
    cancel: () => subscriber.unsubscribe(),
  });
};
