import { defer, throwError } from 'rxjs';
import type { ColdObservable } from 'rxjs/internal/testing/ColdObservable';
import { ApiError, ConnectionError, DecodeError, RunTimeoutError } from '../../lib/errors';
import { retry } from '../../lib/http/retry';
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
