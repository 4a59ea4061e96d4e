import { asyncScheduler, defer, finalize } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { poll } from '../../lib/api/poll';
import type { Run } from '../../lib/api/objects';
import { ApiError, ConnectionError, DecodeError, RunTimeoutError } from '../../lib/errors';
import { marbles } from '../helpers/marbles';
import { aRun } from './answering';

const runs: { readonly [marble: string]: Run } = {
  r: aRun(),
  a: aRun({ status: 'awaiting_approval' }),
  c: aRun({ status: 'completed', output: 'hi' }),
  f: aRun({ status: 'failed' }),
  x: aRun({ status: 'cancelled' }),
  l: aRun({ status: 'closed' }),
  z: aRun({ status: 'archived' }),
};
const broken = new ConnectionError('no answer');
const missing = new ApiError('gone', { kind: 'missing', status: 404 });
const server = new ApiError('oops', { kind: 'server', status: 503 });
const limited = (retryAfter: number) =>
  new ApiError('slow down', { kind: 'rate-limit', status: 429, retryAfter });
const late = (timeout: number) =>
  new RunTimeoutError(
    `the run was not over within ${timeout} ms; it goes on: poll it again, or raise timeout`,
    'timeout',
    timeout,
  );

/** Readings, one after the other, each taking a frame; the last for ever. An error is thrown. */
const readings = (cold: RunHelpers['cold'], ...each: readonly (Run | Error)[]) => {
  let next = 0;
  return defer(() => {
    const one = each[Math.min(next++, each.length - 1)];
    return one instanceof Error ? cold<Run>('-#', {}, one) : cold('-(v|)', { v: one! });
  });
};
const { r, a, c } = runs as { r: Run; a: Run; c: Run };

describe('poll', () => {
  it(
    'gives each change once, and completes when the run is over',
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, r, r, a, a, r, c);
      const expected = '-r 21ms a 21ms r 10ms (c|)';
      expectObservable(get.pipe(poll({ interval: 10 }))).toBe(expected, runs);
    }),
  );

  it(
    'waits 2 s between an answer and the next question by itself',
    marbles(({ cold, expectObservable }) => {
      expectObservable(readings(cold, r, c).pipe(poll({}))).toBe('-r 2s (c|)', runs);
    }),
  );

  it.each(['c', 'f', 'x', 'l'])('ends with %s, without asking again', (end) => {
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, runs[end]!, new RangeError('asked again'));
      expectObservable(get.pipe(poll({}))).toBe('-(v|)', { v: runs[end] });
    })();
  });

  it(
    'goes on with a run that is archived, but not over',
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, runs['z']!, c);
      expectObservable(get.pipe(poll({ interval: 10 }))).toBe('-z 10ms (c|)', runs);
    }),
  );

  it(
    'tells a change of anything in the record',
    marbles(({ cold, expectObservable }) => {
      const [one, two] = [aRun({ metadata: { n: [1] } }), aRun({ metadata: { n: [2] } })];
      const get = readings(cold, one, aRun({ metadata: { n: [1] } }), two, c);
      expectObservable(get.pipe(poll({ interval: 1 }))).toBe('-1---2-(c|)', { 1: one, 2: two, c });
    }),
  );

  it.each([
    broken,
    server,
    new RunTimeoutError('late', 'timeouts.request', 1),
    limited(0),
    limited(10),
  ])('rides out %p', (error) => {
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, r, error, error, r, c);
      const expected = '-r 10ms - 10ms - 10ms - 10ms (c|)';
      expectObservable(get.pipe(poll({ interval: 10 }))).toBe(expected, runs);
    })();
  });

  it(
    'comes again no sooner than the server asks',
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, r, limited(40), c);
      expectObservable(get.pipe(poll({ interval: 10 }))).toBe('-r 10ms - 40ms (c|)', runs);
    }),
  );

  it(
    'surfaces a refusal that asks for a wait beyond its own time, or beyond any timer, at once',
    marbles(({ cold, expectObservable }) => {
      const [far, farther] = [limited(31), limited(2 ** 31)];
      const soon = readings(cold, r, far, c).pipe(poll({ interval: 10, timeout: 42 }));
      expectObservable(soon).toBe('-r 10ms #', runs, far); // when 30 ms are left
      const just = readings(cold, r, limited(30), c).pipe(poll({ interval: 10, timeout: 44 }));
      expectObservable(just).toBe('-r 10ms - 30ms (c|)', runs);
      const never = readings(cold, r, farther, c).pipe(poll({ interval: 10, timeout: Infinity }));
      expectObservable(never).toBe('-r 10ms #', runs, farther);
    }),
  );

  it.each([missing, new DecodeError('HTML'), new TypeError('a bug')])('ends with %p', (error) => {
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, r, error);
      expectObservable(get.pipe(poll({ interval: 10 }))).toBe('-r 10ms #', runs, error);
    })();
  });

  it.each([
    ['that goes on', [r]],
    ['of which nothing is heard', [broken]],
  ])('ends with a RunTimeoutError for a run %s', (_, each) => {
    marbles(({ cold, expectObservable }) => {
      const get = readings(cold, ...each);
      const expected = each[0] === r ? '-r 23ms #' : '25ms #';
      const result = get.pipe(poll({ interval: 10, timeout: 25 }));
      expectObservable(result).toBe(expected, runs, late(25));
    })();
  });

  it(
    'ends by its own time also where the clock is ahead of its timer',
    marbles(({ cold, expectObservable }) => {
      const now = asyncScheduler.now.bind(asyncScheduler);
      const clock = jest.spyOn(asyncScheduler, 'now').mockImplementation(() => now() + 100);
      clock.mockImplementationOnce(now); // as it starts
      const result = readings(cold, broken).pipe(poll({ interval: 10, timeout: 25 }));
      expectObservable(result.pipe(finalize(() => clock.mockRestore()))).toBe(
        '25ms #',
        runs,
        late(25),
      );
    }),
  );

  it(
    'has five minutes by itself',
    marbles(({ cold, expectObservable }) => {
      const result = cold<Run>('-').pipe(poll({}));
      expectObservable(result).toBe('5m #', runs, late(300_000));
    }),
  );

  it.each([Infinity, 2 ** 31])('has all the time in the world with a timeout of %d', (timeout) => {
    marbles(({ cold, expectObservable }) => {
      const days = 30 * 24 * 60 * 60_000;
      const get = cold(`- ${days}ms (c|)`, runs);
      expectObservable(get.pipe(poll({ timeout }))).toBe(`- ${days}ms (c|)`, runs);
    })();
  });

  it(
    'stops asking, and waiting, when it is left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const get = cold('-(r|)', runs);
      expectObservable(get.pipe(poll({ interval: 3 })), '------!').toBe('-r-----', runs);
      expectSubscriptions(get.subscriptions).toBe(['^!', '----^!']);
    }),
  );
});
