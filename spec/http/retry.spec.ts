import { defer, throwError } from 'rxjs';
import type { ColdObservable } from 'rxjs/internal/testing/ColdObservable';
import {
  ApiError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  RunTimeoutError,
  StreamInterruptedError,
  type ApiErrorKind,
} from '../../lib/errors';
import { backoff, isTransient, retry, retryAfter } from '../../lib/http/retry';
import { marbles } from '../helpers/marbles';

const repeats = { count: 2, delay: 10, maxDelay: 100 };
const limited = (retryAfter?: number) =>
  new ApiError('slow down', { kind: 'rate-limit', status: 429, retryAfter });
const broken = new ConnectionError('no answer');
const passing = [
  broken,
  new RunTimeoutError('late', 'timeouts.request', 1),
  limited(),
  new ApiError('oops', { kind: 'server', status: 503 }),
];
const lasting = [
  ...(['invalid', 'unauthorized', 'billing', 'forbidden', 'missing', 'conflict'] as const).map(
    (kind) => new ApiError(kind, { kind, status: 400, retryAfter: 1 }),
  ),
  new DecodeError('HTML'),
  new TypeError('a bug'),
];

/** The tries of a request, one after the other. */
const tries = <T>(...each: readonly ColdObservable<T>[]) => {
  let next = 0;
  return defer(() => each[next++]!);
};

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1)); // the whole wait
afterEach(() => jest.restoreAllMocks());

describe('retry', () => {
  it.each(passing)('repeats after %p, each time after twice as long', (error) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const [one, two, three] = [cold('-#', {}, error), cold('--#', {}, error), cold('-r|')];
      const expected = '    -           10ms -- 20ms -r|';
      expectObservable(tries(one, two, three).pipe(retry({ repeatable: true }, repeats))).toBe(
        expected,
      );
      expectSubscriptions(one.subscriptions).toBe('  ^!');
      expectSubscriptions(two.subscriptions).toBe('  - 10ms ^-!');
      expectSubscriptions(three.subscriptions).toBe('- 10ms -- 20ms ^-!');
    })();
  });

  it.each(passing)('gives up with %p after as many repeats as it may', (error) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-#', {}, error);
      const result = source.pipe(retry({ repeatable: true }, repeats));
      expectObservable(result).toBe('- 10ms - 20ms -#', {}, error);
    })();
  });

  it.each(lasting)('does not repeat after %p', (error) => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('-#', {}, error).pipe(retry({ repeatable: true }, repeats));
      expectObservable(result).toBe('-#', {}, error);
    })();
  });

  it.each([...passing, ...lasting])('repeats nothing that must not be repeated: %p', (error) => {
    const attempt = jest.fn(() => throwError(() => error));
    const thrown = jest.fn();
    defer(attempt)
      .pipe(retry({ repeatable: false }, repeats))
      .subscribe({ error: thrown });
    expect(attempt).toHaveBeenCalledTimes(1);
    expect(thrown).toHaveBeenCalledWith(error);
  });

  it(
    'repeats nothing with a count of 0',
    marbles(({ cold, expectObservable }) => {
      const result = cold('-#', {}, broken).pipe(
        retry({ repeatable: true }, { ...repeats, count: 0 }),
      );
      expectObservable(result).toBe('-#', {}, broken);
    }),
  );

  it.each([0, 1, 50, 99, 100])('waits the %i ms that Retry-After says, without jitter', (ms) => {
    jest.spyOn(Math, 'random').mockReturnValue(0.3);
    marbles(({ cold, expectObservable }) => {
      const result = tries(cold('-#', {}, limited(ms)), cold('r|')).pipe(
        retry({ repeatable: true }, repeats),
      );
      expectObservable(result).toBe(`- ${ms}ms r|`);
    })();
  });

  it.each([101, 86_400_000, 2 ** 31, Number.MAX_VALUE])(
    'surfaces a refusal whose Retry-After says %d ms: beyond maxDelay',
    (ms) => {
      marbles(({ cold, expectObservable }) => {
        const result = cold('-#', {}, limited(ms)).pipe(retry({ repeatable: true }, repeats));
        expectObservable(result).toBe('-#', {}, limited(ms));
      })();
    },
  );

  it(
    'never waits longer than maxDelay by itself',
    marbles(({ cold, expectObservable }) => {
      const source = cold('#', {}, broken);
      const result = source.pipe(
        retry({ repeatable: true }, { count: 5, delay: 40, maxDelay: 100 }),
      );
      expectObservable(result).toBe('40ms 80ms 100ms 100ms 100ms #', {}, broken);
    }),
  );

  it(
    'stops waiting when it is left',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const source = cold('-#', {}, broken);
      const unsub = '-----!';
      expectObservable(source.pipe(retry({ repeatable: true }, repeats)), unsub).toBe('------');
      flush();
      expectSubscriptions(source.subscriptions).toBe('^!');
    }),
  );

  it('counts for each subscriber anew', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-#', {}, broken);
      const result = source.pipe(retry({ repeatable: true }, repeats));
      expectObservable(result).toBe('- 10ms - 20ms -#', {}, broken);
      expectObservable(result).toBe('- 10ms - 20ms -#', {}, broken);
    })();
  });
});

describe('isTransient', () => {
  const kinds: { readonly [kind in ApiErrorKind]: boolean } = {
    invalid: false,
    unauthorized: false,
    billing: false,
    forbidden: false,
    missing: false,
    conflict: false,
    'rate-limit': true,
    server: true,
  };

  it.each(Object.entries(kinds))('of a refusal of kind %s is %j', (kind, expected) => {
    const error = new ApiError('no', { kind: kind as ApiErrorKind, status: 0 });
    expect(isTransient(error)).toBe(expected);
  });

  it.each([
    [new ConnectionError('no answer'), true],
    [new ConnectionError('no answer', 'ECONNRESET'), true],
    [new ConnectionError('redirected', 'REDIRECTED'), false],
    [new RunTimeoutError('late', 'timeouts.request', 1), true],
    [new DecodeError('HTML'), false],
    [new InvalidArgumentError('message', 'is missing'), false],
    [new StreamInterruptedError('cut', { delivered: { events: 0, characters: 0 } }), false],
    [new TypeError('a bug'), false],
    [undefined, false],
  ])('of %p is %j', (error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});

describe('backoff', () => {
  const waits = { delay: 500, maxDelay: 3_000 };

  it.each([
    [1, 250, 500],
    [2, 500, 1_000],
    [3, 1_000, 2_000],
    [4, 1_500, 3_000],
    [5, 1_500, 3_000],
    [2_000, 1_500, 3_000],
  ])('after failure %i waits from %i to %i ms', (failures, least, most) => {
    for (const error of [broken, limited()]) {
      jest.spyOn(Math, 'random').mockReturnValueOnce(0);
      expect(backoff(error, failures, waits)).toBe(least);
      jest.spyOn(Math, 'random').mockReturnValueOnce(1);
      expect(backoff(error, failures, waits)).toBe(most);
    }
  });

  it.each([0, 1, 700, 86_400_000])(
    'waits the %i ms that Retry-After asks for, unjittered',
    (ms) => {
      expect([1, 2, 9].map((failures) => backoff(limited(ms), failures, waits))).toEqual([
        ms,
        ms,
        ms,
      ]);
    },
  );
});

describe('retryAfter', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');

  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Sun, 01 Mar 2026 12:00:10 GMT', 10_000],
    ['Sunday, 01-Mar-26 12:00:10 GMT', 10_000],
    ['Sun Mar  1 12:00:10 2026', 10_000],
    ['Sun, 01 Mar 2026 12:00:00 GMT', 0],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    [null, undefined],
    ['', undefined],
    ['-5', undefined],
    ['soon', undefined],
    // What Date.parse would read, and HTTP does not know.
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['+5', undefined],
    ['try 5', undefined],
    ['5 seconds', undefined],
    ['2026-03-01T12:00:10Z', undefined],
    ['Mar 1, 2026', undefined],
    ['Sun, 01 Mar 2026 12:00:10', undefined],
    ['Sun, 01 Mar 2026 13:00:10 +0100', undefined],
    ['Sun, 99 Mar 2026 12:00:10 GMT', undefined],
    ['1 2', undefined],
    ['2026', 2_026_000],
    ['9'.repeat(400), undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
  ])('of %j is %j ms', (header, ms) => {
    expect(retryAfter(header, now)).toBe(ms);
  });
});
