import { NEVER, Subject } from 'rxjs';
import { watchdog } from '../../lib/stream/watchdog';
import { marbles } from '../helpers/marbles';

const error = new Error('silence');
const bark = () => error;

describe('watchdog', () => {
  it(
    'errors when no value has come for the limit, and lets go of its source',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a--b---------c|');
      const subs = '         ^-------!';
      const expected = '     a--b----#';
      expectObservable(source.pipe(watchdog(5, bark))).toBe(expected, undefined, error);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors when no value comes at all',
    marbles(({ cold, expectObservable }) => {
      const expected = '-----#';
      expectObservable(cold('------a|').pipe(watchdog(5, bark))).toBe(expected, undefined, error);
      expectObservable(NEVER.pipe(watchdog(5, bark))).toBe(expected, undefined, error);
    }),
  );

  it(
    'is still while values come in time, and when they end',
    marbles(({ cold, expectObservable }) => {
      const inTime = '   a----b---c----d----|';
      const broken = '   a----b---#';
      expectObservable(cold(inTime).pipe(watchdog(6, bark))).toBe(inTime);
      expectObservable(cold(broken).pipe(watchdog(6, bark))).toBe(broken);
    }),
  );

  it(
    'is not calmed by values that do not count',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  a--x--x--x|');
      const expected = '     a--x-#';
      const counts = (value: string) => value !== 'x';
      expectObservable(source.pipe(watchdog(5, bark, counts))).toBe(expected, undefined, error);
    }),
  );

  it(
    'watches nothing without a limit',
    marbles(({ cold, expectObservable }) => {
      const source = 'a 86400m b|';
      expectObservable(cold(source).pipe(watchdog(Infinity, bark))).toBe(source);
    }),
  );

  it(
    'waits for as long as it is told to, longer than a timer can',
    marbles(({ cold, expectObservable }) => {
      const limit = 30 * 24 * 60 * 60 * 1000;
      const source = 'a 43200m |';
      expectObservable(cold(source).pipe(watchdog(limit, bark))).toBe(
        `a ${limit - 1}ms #`,
        undefined,
        error,
      );
      expectObservable(cold('a 41760m b|').pipe(watchdog(limit, bark))).toBe('a 41760m b|');
    }),
  );

  it('has one timer, however many values come, and none when it is left', () => {
    const set = jest.spyOn(globalThis, 'setInterval');
    const clear = jest.spyOn(globalThis, 'clearInterval');
    const source = new Subject<number>();
    const subscription = source.pipe(watchdog(60_000, bark)).subscribe();
    for (let i = 0; i < 1_000; i++) source.next(i);
    expect(set).toHaveBeenCalledTimes(1);
    subscription.unsubscribe();
    expect(clear.mock.calls).toEqual([[set.mock.results[0]!.value]]);
    jest.restoreAllMocks();
  });
});
