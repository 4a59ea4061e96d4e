import { noop, Observable, type Subscriber } from 'rxjs';
import type { Ear, Redis } from './clients';

/** What is heard on a channel: `subscribed`, first and after each break, or what was published. */
export type Bell = { readonly type: 'subscribed' } | { readonly type: 'rung'; readonly as: string };

/**
 * Channels, each with one listener, over one connection of their own: it is opened for the first,
 * and closed behind the last.
 */
export const bells = (redis: Redis): ((channel: string) => Observable<Bell>) => {
  const listeners = new Map<string, Subscriber<Bell>>();
  let ear: Ear | undefined;

  const listen = (channel: string, listener: Subscriber<Bell>): void => {
    ear?.listen(channel).then(
      () => listener.next({ type: 'subscribed' }),
      (error: unknown) => listener.error(error),
    );
  };
  const open = (): Ear =>
    redis.hear({
      onMessage: (channel, as) => listeners.get(channel)?.next({ type: 'rung', as }),
      onReady: () => listeners.forEach((listener, channel) => listen(channel, listener)),
    });

  return (channel) =>
    new Observable((listener) => {
      ear ??= open();
      listeners.set(channel, listener);
      listen(channel, listener);
      return () => {
        listeners.delete(channel);
        if (listeners.size > 0) {
          ear?.leave(channel).catch(noop);
        } else {
          ear?.close();
          ear = undefined;
        }
      };
    });
};
