import { Subscriber, Subscription, type Observable } from 'rxjs';
import { BufferOverflowError, InvalidArgumentError } from './errors';

/** How an Observable becomes an async iterable. */
export interface AsyncIterableOptions {
  /** Values that may wait for the loop; `Infinity` for no bound. Default 65,536. */
  readonly buffer?: number | undefined;
}

/**
 * An Observable as an async iterable, for `for await` loops: lossless, and bounded.
 *
 * Each loop is a subscription of its own, begun at its first step; leaving it early (`break`,
 * `return`, a throw) unsubscribes, and the connection is gone. An Observable does not wait for a
 * slow loop, so its values wait in a buffer. When that is full the subscription is ended: the loop
 * still gets every value in the buffer, and then the error.
 *
 * @example
 * ```ts
 * import { createClient, toAsyncIterable } from 'm8tes-rx';
 *
 * const run$ = createClient().runs.create({ message: 'Which tickets are open?' });
 * for await (const event of toAsyncIterable(run$)) {
 *   if (event.type === 'text-delta') process.stdout.write(event.delta);
 * }
 * ```
 *
 * @throws InvalidArgumentError when the buffer is not a number from 1 on.
 * @throws BufferOverflowError when the loop is so slow that the buffer is full.
 */
export const toAsyncIterable = <T>(
  source: Observable<T>,
  { buffer = 65_536 }: AsyncIterableOptions = {},
): AsyncIterable<T> => {
  if (typeof buffer !== 'number' || !(buffer >= 1)) {
    throw new InvalidArgumentError('buffer', 'must be a number from 1 on, or Infinity');
  }
  return { [Symbol.asyncIterator]: () => loop(source, buffer) };
};

/** A step that waits for what comes next. */
interface Step<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

const DONE = Object.freeze({ done: true, value: undefined });

/**
 * By hand: an async generator takes three turns of the microtask queue for each value, this one.
 */
const loop = <T>(source: Observable<T>, buffer: number): AsyncIterableIterator<T, undefined> => {
  let values: T[] = []; // the first of them are taken: to shift each costs more the more there are
  let taken = 0;
  let steps: Step<T>[] = [];
  let end: { readonly error?: { readonly cause: unknown } } | undefined;
  let subscription: Subscription | undefined;

  /** Ends it: what waits in the buffer can still be had, and after it the error. */
  const finish = (how: NonNullable<typeof end>): void => {
    end ??= how;
    const waiting = steps;
    steps = [];
    for (const step of waiting) last(step);
  };

  /** A step after the last value: the error is told once. */
  const last = ({ resolve, reject }: Step<T>): void => {
    const { error } = end!;
    end = {};
    if (error === undefined) resolve(DONE);
    else reject(error.cause);
  };

  const receive = (value: T): void => {
    const step = steps.shift();
    if (step !== undefined) step.resolve({ done: false, value });
    else if (values.length - taken < buffer) values.push(value);
    else {
      finish({ error: { cause: new BufferOverflowError(buffer) } });
      subscription?.unsubscribe();
    }
  };

  const subscribe = (): Subscription => {
    const subscriber = new Subscriber<T>({
      next: receive,
      error: (cause: unknown) => finish({ error: { cause } }),
      complete: () => finish({}),
    });
    subscription = subscriber;
    try {
      // eslint-disable-next-line no-restricted-syntax -- a loop is no subscriber; leaving it lets go
      source.subscribe(subscriber);
    } catch (cause) {
      finish({ error: { cause } }); // a foreign Observable's own
    }
    return subscriber;
  };

  /** Who leaves wants nothing more, nor do steps that wait, as a stream's that is closed. */
  const leave = (): void => {
    subscription ??= Subscription.EMPTY;
    subscription.unsubscribe();
    values = [];
    taken = 0;
    end = {};
    finish({});
  };

  return {
    next: () => {
      subscription ??= subscribe();
      if (taken === values.length) {
        return new Promise((resolve, reject) => {
          if (end === undefined) steps.push({ resolve, reject });
          else last({ resolve, reject });
        });
      }
      const value = values[taken++]!;
      if (taken * 2 > values.length) {
        values = values.slice(taken);
        taken = 0;
      }
      return Promise.resolve({ done: false, value });
    },
    return: () => {
      leave();
      return Promise.resolve(DONE);
    },
    throw: (error: unknown) => {
      leave();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown into it
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
