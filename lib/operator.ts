import { Observable, Subscriber, type Observer, type OperatorFunction } from 'rxjs';

/** What an operator of ours does with its source's notifications; those it leaves out are passed on. */
export type Handlers<A> = { readonly next: (value: A) => void } & Partial<
  Pick<Observer<A>, 'error' | 'complete'>
>;

/**
 * The inner half of an operator: what a source is subscribed to with, on behalf of a subscriber.
 *
 * A plain object in its place would be wrapped in an observer that hands what `next` throws to
 * RxJS's global hook, which kills a Node process; here it is the subscriber's error, as is what the
 * other two throw, which a source that emits at once would swallow.
 */
export const inner = <A>(
  subscriber: Subscriber<never>,
  { next, error, complete }: Handlers<A>,
): Subscriber<A> =>
  new Subscriber<A>({
    next: (value: A) => {
      try {
        next(value);
      } catch (thrown) {
        subscriber.error(thrown);
      }
    },
    error: (reason: unknown) => {
      if (error === undefined) return subscriber.error(reason);
      try {
        error(reason);
      } catch (thrown) {
        subscriber.error(thrown);
      }
    },
    complete: () => {
      if (complete === undefined) return subscriber.complete();
      try {
        complete();
      } catch (thrown) {
        subscriber.error(thrown);
      }
    },
  });

/**
 * An operator that keeps RxJS's laws: its inner half is its subscriber's before the source is
 * subscribed to, so that even a source that emits at once stops when nobody wants more (`take(3)`).
 * State is made in `handlers`, for each subscription.
 */
export const operator =
  <A, B>(handlers: (subscriber: Subscriber<B>) => Handlers<A>): OperatorFunction<A, B> =>
  (source) =>
    new Observable((subscriber) => {
      const within = inner(subscriber, handlers(subscriber));
      subscriber.add(within);
      source.subscribe(within);
    });

/**
 * What comes of the first value of a source, and of no other, as `concatMap` gives it; but the
 * subscriber itself is handed on to it, so that no event pays for how its stream was come by.
 */
export const handOn =
  <A, B>(project: (value: A) => Observable<B>): OperatorFunction<A, B> =>
  (source) =>
    new Observable((subscriber) => {
      let isHandedOn = false;
      const first = inner<A>(subscriber, {
        next: (value) => {
          isHandedOn = true;
          first.unsubscribe();
          project(value).subscribe(subscriber);
        },
        complete: () => {
          if (!isHandedOn) subscriber.complete();
        },
      });
      subscriber.add(first);
      source.subscribe(first);
    });
