import { Subscription, takeWhile, type Observable } from 'rxjs';
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

const loop = <T>(source: Observable<T>, buffer: number): AsyncIterator<T> => {
  let values: T[] = [];
  let waiting = 0;
  let end: { readonly error?: { readonly cause: unknown } } | undefined;
  let wake = (): void => {};
  const subscription = new Subscription();
  const finish = (how: NonNullable<typeof end>): void => {
    end ??= how;
    wake();
  };

  const subscribe = (): Subscription =>
    // eslint-disable-next-line no-restricted-syntax -- a loop is no subscriber; `finally` lets go
    source.pipe(takeWhile(() => end === undefined)).subscribe({
      next: (value) => {
        if (waiting + 1 > buffer) {
          finish({ error: { cause: new BufferOverflowError(buffer) } });
          subscription.unsubscribe();
          return;
        }
        waiting++;
        values.push(value);
        wake();
      },
      error: (cause: unknown) => finish({ error: { cause } }),
      complete: () => finish({}),
    });

  const steps = (async function* () {
    subscription.add(subscribe());
    try {
      for (;;) {
        // The batch is taken whole: shifting its values one by one costs more the more there are.
        const batch = values;
        values = [];
        for (const value of batch) {
          waiting--;
          yield value;
        }
        if (values.length > 0) continue;
        if (end?.error !== undefined) throw end.error.cause;
        if (end !== undefined) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      subscription.unsubscribe();
    }
  })();

  /** Who leaves while a step waits for a value, as streams that are closed do, is not kept waiting. */
  const leave = (): void => {
    subscription.unsubscribe();
    finish({});
  };
  const stop = steps.return.bind(steps);
  const fail = steps.throw.bind(steps);
  return Object.assign(steps, {
    return: () => {
      leave();
      return stop();
    },
    throw: (error: unknown) => {
      leave();
      return fail(error);
    },
  });
};
