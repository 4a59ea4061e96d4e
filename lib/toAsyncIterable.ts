import { Subscription, takeWhile, type Observable } from 'rxjs';
import { BufferOverflowError } from './errors';

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
 * @throws BufferOverflowError when the loop is so slow that the buffer is full.
 */
export const toAsyncIterable = <T>(
  source: Observable<T>,
  { buffer = 65_536 }: AsyncIterableOptions = {},
): AsyncIterable<T> => ({
  async *[Symbol.asyncIterator]() {
    let values: T[] = [];
    let waiting = 0;
    let end: { readonly error?: { readonly cause: unknown } } | undefined;
    let wake = (): void => {};
    const subscription = new Subscription();
    const finish = (how: NonNullable<typeof end>): void => {
      end ??= how;
      wake();
    };
    subscription.add(
      // eslint-disable-next-line no-restricted-syntax -- a loop is no subscriber; `finally` lets go
      source.pipe(takeWhile(() => end === undefined)).subscribe({
        next: (value) => {
          if (waiting === buffer) {
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
      }),
    );
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
  },
});
