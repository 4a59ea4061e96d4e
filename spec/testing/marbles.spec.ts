import { ofType, textOnly } from 'm8tes-rx';
import { letters, marbles } from 'm8tes-rx/testing';
import { defer, delay, filter, interval, NEVER, takeUntil, timer } from 'rxjs';

describe('marbles', () => {
  it(
    'is virtual time',
    marbles(({ fakeRun, letters, expectObservable, expectSubscriptions }) => {
      const run$ = fakeRun('m-t-t-(d|)');
      expectObservable(run$).toBe('m-t-t-(d|)', letters);
      expectObservable(run$.pipe(delay(60_000), ofType('done'))).toBe('60006ms (d|)', letters);
      expectSubscriptions(run$.subscriptions).toBe(['^-----!', '^-----!']);
    }),
  );

  it(
    'has what TestScheduler has',
    marbles(({ fakeRun, cold, expectObservable }) => {
      const run$ = fakeRun('m-a-b-(d|)', { a: 'Hel', b: 'lo' }).pipe(textOnly());
      expectObservable(run$).toBe('--a-b-|', { a: 'Hel', b: 'lo' });
      expectObservable(cold('a|').pipe(takeUntil(timer(1)))).toBe('a|');
      expectObservable(NEVER).toBe('');
    }),
  );

  it.each([
    ['another event', 'm-u-|'],
    ['another time', 'm--t|'],
    ['another end', 'm-t-#'],
    ['no end', 'm-t--'],
    ['nothing', ''],
  ])('fails where %s is expected', (_, expected) => {
    const spec = marbles(({ fakeRun, expectObservable }) => {
      expectObservable(fakeRun('m-t-|')).toBe(expected, letters);
    });
    expect(spec).toThrow(/^the marbles differ\. Seen:\n {2}0 \{"type":"metadata"/);
  });

  it('fails where it was subscribed to otherwise', () => {
    const spec = marbles(({ fakeRun, expectObservable, expectSubscriptions }) => {
      const run$ = fakeRun('m-t-|');
      expectObservable(run$).toBe('m-t-|', letters);
      expectSubscriptions(run$.subscriptions).toBe('^--!');
    });
    expect(spec).toThrow('subscribed 0 to 4\nexpected:\n  subscribed 0 to 3');
  });

  it('gives a runner what was seen and what was expected', () => {
    const spec = marbles(({ fakeRun, expectObservable }) => {
      expectObservable(fakeRun('|')).toBe('-|');
    });
    expect(spec).toThrow(
      expect.objectContaining({
        name: 'AssertionError',
        actual: [expect.objectContaining({ frame: 0 })],
        expected: [expect.objectContaining({ frame: 1 })],
      }),
    );
  });

  it('has chance at its most, and gives it back', () => {
    const { random } = Math;
    const spec = marbles(({ expectObservable }) => {
      expectObservable(defer(() => timer(500 * (0.5 + Math.random() / 2)))).toBe('500ms (a|)', {
        a: 0,
      });
    });
    spec();
    expect(Math.random).toBe(random);
    expect(
      marbles(() => {
        throw new RangeError('wrong');
      }),
    ).toThrow('wrong');
    expect(Math.random).toBe(random);
  });

  it(
    'looks a week ahead, and ends',
    marbles(({ expectObservable }) => {
      const hours = interval(3_600_000).pipe(filter((hour) => hour % 84 === 83));
      expectObservable(hours).toBe('302400000ms a 302399999ms b', { a: 83, b: 167 });
    }),
  );

  it('refuses what waits for a Promise, which never settles in virtual time', () => {
    const spec: unknown = () => Promise.resolve();
    expect(marbles(spec as () => void)).toThrow(/not async/);
  });
});
