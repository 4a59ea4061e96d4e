import { ReadableStream } from 'node:stream/web';
import { Readable } from 'node:stream';
import { concat, EMPTY, from, NEVER, Observable, of, range, throwError, type Observer } from 'rxjs';
import { BufferOverflowError, createClient, InvalidArgumentError, toAsyncIterable } from 'm8tes-rx';
import { wait, words, text, type Script } from 'm8tes-rx/testing';
import { leftovers } from './helpers/leftovers';
import { settled } from './http/holding';
import { served, until } from './testing/served';

/** What a loop was given, and what it threw. */
const looped = async <T>(
  values: AsyncIterable<T>,
  body: (value: T, given: readonly T[]) => unknown = () => {},
): Promise<{ readonly given: readonly T[]; readonly error?: unknown }> => {
  const given: T[] = [];
  try {
    for await (const value of values) {
      given.push(value);
      await body(value, given);
    }
    return { given };
  } catch (error) {
    return { given, error };
  }
};

/** A source that the spec pushes, and that tells who listens. */
const pushed = <T>() => {
  const observers = new Set<Observer<T>>();
  const source = new Observable<T>((subscriber) => {
    observers.add(subscriber);
    return () => observers.delete(subscriber);
  });
  const each = (tell: (observer: Observer<T>) => void) => [...observers].forEach(tell);
  return {
    source,
    listening: () => observers.size,
    next: (...values: readonly T[]) =>
      values.forEach((value) => each((observer) => observer.next(value))),
    error: (error: unknown) => each((observer) => observer.error(error)),
    complete: () => each((observer) => observer.complete()),
  };
};

/** One, two, three … for as long as anybody wants more. */
const endless = from(
  (function* () {
    for (let i = 1; ; i++) yield i;
  })(),
);
const failure = new RangeError('of the source');

describe('toAsyncIterable', () => {
  const { rejections } = leftovers();
  afterEach(async () => expect(await rejections()).toEqual([]));

  describe('gives a loop', () => {
    it('every value, in order, whether it comes at once', async () => {
      expect(await looped(toAsyncIterable(of(1, undefined, null, 3)))).toEqual({
        given: [1, undefined, null, 3],
      });
    });

    it('every value, in order, when it comes', async () => {
      const { source, next, complete } = pushed<number>();
      const loop = looped(toAsyncIterable(source));
      for (let i = 0; i < 5; i++) {
        next(2 * i, 2 * i + 1);
        await settled();
      }
      complete();
      expect(await loop).toEqual({ given: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    });

    it('every value, however slow it is', async () => {
      const { source, next, complete } = pushed<number>();
      let count = 0;
      const loop = looped(toAsyncIterable(source), async () => {
        if (count < 40)
          next(++count, ++count); // two come while it works on one
        else complete();
        await settled();
      });
      next(++count);
      const expected = Array.from({ length: 41 }, (_, i) => i + 1);
      expect((await loop).given).toEqual(expected);
    });

    it('nothing of nothing', async () => {
      expect(await looped(toAsyncIterable(EMPTY))).toEqual({ given: [] });
    });

    it('an error after the values before it', async () => {
      const source = concat(
        of(1, 2),
        throwError(() => failure),
      );
      expect(await looped(toAsyncIterable(source))).toEqual({ given: [1, 2], error: failure });
    });

    it('an error that came while it was busy', async () => {
      const { source, next, error } = pushed<number>();
      const loop = looped(toAsyncIterable(source), async (value) => {
        if (value !== 1) return;
        next(2, 3);
        error(failure);
        await settled();
      });
      next(1);
      expect(await loop).toEqual({ given: [1, 2, 3], error: failure });
    });

    it('what subscribing throws, as some do that are not of RxJS', async () => {
      const source = {
        subscribe: () => {
          throw failure;
        },
      } as unknown as Observable<never>;
      expect(await looped(toAsyncIterable(source))).toEqual({ given: [], error: failure });
    });

    it.each([undefined, null, 'text'])('the error %j as it is', async (reason) => {
      const { given, error } = await looped(toAsyncIterable(throwError(() => reason)));
      expect([given, error]).toEqual([[], reason]);
      const iterator = toAsyncIterable(throwError(() => reason))[Symbol.asyncIterator]();
      await expect(iterator.next()).rejects.toBe(reason);
    });
  });

  describe('has a buffer', () => {
    it('of which a loop gets every value before the error that it is full', async () => {
      const { source, next, listening } = pushed<number>();
      const loop = looped(toAsyncIterable(source, { buffer: 3 }), async (value) => {
        if (value === 1) next(2, 3, 4, 5, 6); // three wait; the fifth is one too many
        expect(listening()).toBe(0);
        await settled();
      });
      next(1);
      const { given, error } = await loop;
      expect(given).toEqual([1, 2, 3, 4]);
      expect(error).toBeInstanceOf(BufferOverflowError);
      expect(error).toMatchObject({ buffer: 3, message: expect.stringMatching(/^3 values wait /) });
    });

    it('that may be full to the brim, again and again', async () => {
      const { source, next, complete } = pushed<number>();
      const loop = looped(toAsyncIterable(source, { buffer: 2 }), async (value, { length }) => {
        if (length % 2 === 1 && value < 9) next(value + 1, value + 2);
        if (length === 9) complete();
        await settled();
      });
      next(1);
      expect(await loop).toEqual({ given: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
    });

    it('that ends a source without end that comes at once', async () => {
      const { given, error } = await looped(toAsyncIterable(endless, { buffer: 5 }));
      expect([given, error]).toEqual([[1, 2, 3, 4, 5], new BufferOverflowError(5)]);
    });

    it('of 65,536 values', async () => {
      const fits = await looped(toAsyncIterable(range(1, 65_536)));
      expect([fits.given.length, fits.error]).toEqual([65_536, undefined]);
      const { given, error } = await looped(toAsyncIterable(range(1, 65_537)));
      expect([given.length, error]).toEqual([65_536, new BufferOverflowError(65_536)]);
    });

    it('or none', async () => {
      const { given, error } = await looped(
        toAsyncIterable(range(1, 200_000), { buffer: Infinity }),
      );
      expect([given.length, given.at(-1), error]).toEqual([200_000, 200_000, undefined]);
    });

    it.each([0, -1, NaN, null, '5', 0.5])('but not of %p', (buffer) => {
      const made = () => toAsyncIterable(NEVER, { buffer: buffer as number });
      expect(made).toThrow(InvalidArgumentError);
      expect(made).toThrow(/^buffer must be /);
    });
  });

  describe('begins and ends with the loop', () => {
    it('subscribes at its first step, and anew for each', async () => {
      const subscribed = jest.fn();
      const source = new Observable<number>((subscriber) => {
        subscribed();
        subscriber.next(subscribed.mock.calls.length);
        subscriber.complete();
      });
      const values = toAsyncIterable(source);
      values[Symbol.asyncIterator]();
      await settled();
      expect(subscribed).not.toHaveBeenCalled();
      expect([await looped(values), await looped(values)]).toEqual([
        { given: [1] },
        { given: [2] },
      ]);
    });

    it('gives two loops at once all that each of them sees', async () => {
      const { source, next, complete } = pushed<number>();
      const values = toAsyncIterable(source);
      const loops = [looped(values), looped(values, settled)];
      next(1, 2, 3);
      complete();
      for (const { given } of await Promise.all(loops)) expect(given).toEqual([1, 2, 3]);
    });

    it('lets go when the loop is left', async () => {
      const { source, next, listening } = pushed<number>();
      const left = (async () => {
        for await (const value of toAsyncIterable(source)) if (value === 2) break;
      })();
      next(1, 2, 3);
      expect(listening()).toBe(1);
      await left;
      expect(listening()).toBe(0);
    });

    it('lets go when the loop throws, with what it threw', async () => {
      const { source, next, listening } = pushed<number>();
      const loop = looped(toAsyncIterable(source), () => {
        throw failure;
      });
      next(1, 2);
      expect(await loop).toEqual({ given: [1], error: failure });
      expect(listening()).toBe(0);
    });

    it('drops an error that nobody waits for', async () => {
      const { source, next, error } = pushed<number>();
      const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
      const first = iterator.next();
      next(1);
      expect(await first).toEqual({ done: false, value: 1 });
      error(failure);
      await iterator.return?.();
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    });

    it('is left before it has begun', async () => {
      const { source, listening } = pushed<number>();
      const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
      expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
      expect(listening()).toBe(0);
    });

    it('is left while it waits for a value', async () => {
      const { source, listening } = pushed<number>();
      const iterator = toAsyncIterable(source)[Symbol.asyncIterator]();
      const waiting = iterator.next();
      await settled();
      const left = iterator.return?.();
      expect(listening()).toBe(0);
      expect(await Promise.all([waiting, left])).toEqual([
        { done: true, value: undefined },
        { done: true, value: undefined },
      ]);
    });

    it('answers steps that do not wait for each other in turn', async () => {
      const iterator = toAsyncIterable(of(1, 2))[Symbol.asyncIterator]();
      expect(await Promise.all([iterator.next(), iterator.next(), iterator.next()])).toEqual([
        { done: false, value: 1 },
        { done: false, value: 2 },
        { done: true, value: undefined },
      ]);
    });

    it.each<[string, (values: AsyncIterable<number>) => Promise<void>]>([
      [
        'a stream of Node',
        async (values) => {
          const stream = Readable.from(values);
          stream.resume();
          await settled();
          stream.destroy();
          await new Promise((resolve) => stream.once('close', resolve));
        },
      ],
      [
        'a stream of Node, with an error',
        async (values) => {
          const stream = Readable.from(values);
          stream.on('error', () => {}).resume();
          await settled();
          stream.destroy(failure);
          await new Promise((resolve) => stream.once('close', resolve));
        },
      ],
      [
        'a stream of the web',
        async (values) => {
          const reader = ReadableStream.from(values).getReader();
          const read = reader.read();
          await settled();
          await reader.cancel();
          expect(await read).toEqual({ done: true, value: undefined });
        },
      ],
    ])('is let go of by %s that is closed while nothing comes', async (_, close) => {
      const { source, listening } = pushed<number>();
      const closed = close(toAsyncIterable(source));
      await until(() => listening() === 1);
      await closed;
      expect(listening()).toBe(0);
    });
  });

  describe('on a server', () => {
    /** Says a few words, and then nothing for ever. */
    const script: Script = function* () {
      yield* text(...words('one two three four five six'));
      yield* wait(Infinity);
    };
    const running = async (said?: Script) => {
      const { server } = await served({ script: said ?? script });
      const client = createClient({ apiKey: 'm8_test', baseUrl: server.url });
      return { server, run$: client.runs.create({ message: 'hello' }) };
    };

    it('closes the connection when the loop is left', async () => {
      const { server, run$ } = await running();
      for await (const event of toAsyncIterable(run$)) {
        if (event.type !== 'text-delta') continue;
        expect(server.streams()).toBe(1);
        break;
      }
      await until(() => server.streams() === 0);
      expect(server.runs().map(({ status }) => status)).toEqual(['running']);
    });

    it('closes the connection when the loop throws', async () => {
      const { server, run$ } = await running();
      const { error } = await looped(toAsyncIterable(run$), () => {
        throw failure;
      });
      expect(error).toBe(failure);
      await until(() => server.streams() === 0);
    });

    it('closes the connection when the buffer is full', async () => {
      const { server, run$ } = await running();
      const { given, error } = await looped(toAsyncIterable(run$, { buffer: 2 }), () =>
        until(() => server.streams() === 0),
      );
      expect(error).toBeInstanceOf(BufferOverflowError);
      expect(given).toHaveLength(3); // the one it works on, and two
    });

    it('loses nothing of a run in a loop that is slower', async () => {
      const { run$ } = await running(function* () {
        yield* text(...Array.from({ length: 100 }, (_, i) => `${i} `));
      });
      const { given, error } = await looped(toAsyncIterable(run$), settled);
      expect(error).toBeUndefined();
      const said = given.map((event) => (event.type === 'text-delta' ? event.delta : ''));
      expect(said.join('')).toBe(Array.from({ length: 100 }, (_, i) => `${i} `).join(''));
      expect(given.at(-1)).toMatchObject({ type: 'done' });
    });
  });
});
