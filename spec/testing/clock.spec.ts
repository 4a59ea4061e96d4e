import { marbles } from 'm8tes-rx/testing';
import { concatMap, firstValueFrom, map } from 'rxjs';
import { byLoop, bySchedulers, moment, now, sleep } from '../../lib/testing/clock';

afterEach(() => jest.useRealTimers());

describe('sleep', () => {
  it('ends after so many milliseconds of the timers that are there', async () => {
    jest.useFakeTimers();
    const seen: string[] = [];
    const sleeping = sleep(1_000, new AbortController().signal).then(() => seen.push('over'));
    await jest.advanceTimersByTimeAsync(999);
    expect(seen).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await sleeping;
    expect(seen).toEqual(['over']);
  });

  it('does not end at once where it is longer than a timer can be', async () => {
    jest.useFakeTimers();
    let over = false;
    void sleep(2 ** 40, new AbortController().signal).then(() => (over = true));
    await jest.advanceTimersByTimeAsync(2 ** 31 - 2);
    expect(over).toBe(false);
  });

  it.each([10, Infinity])('of %d ms is stopped, and leaves no timer', async (ms) => {
    jest.useFakeTimers();
    const controller = new AbortController();
    const reason = new Error('enough');
    const sleeping = sleep(ms, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(jest.getTimerCount()).toBe(0);
    await expect(sleep(ms, controller.signal)).rejects.toBe(reason);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('needs no timer where it is for ever', () => {
    jest.useFakeTimers();
    void sleep(Infinity, new AbortController().signal);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe.each([
  ['byLoop', byLoop],
  ['bySchedulers', bySchedulers],
])('%s', (_, rest) => {
  it('comes once, after so many milliseconds of the timers that are there', async () => {
    jest.useFakeTimers();
    const seen: string[] = [];
    rest(1_000).subscribe({ next: () => seen.push('over'), complete: () => seen.push('done') });
    rest(2 ** 40).subscribe(() => seen.push('too early'));
    await jest.advanceTimersByTimeAsync(999);
    expect(seen).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['over', 'done']);
    await jest.advanceTimersByTimeAsync(2 ** 31 - 2_000);
    expect(seen).toHaveLength(2);
  });

  it('comes in a later turn after none, and needs no timer, nor for ever', async () => {
    jest.useFakeTimers();
    const seen: string[] = [];
    rest(0).subscribe(() => seen.push('over'));
    rest(0)
      .subscribe(() => seen.push('left'))
      .unsubscribe();
    rest(Infinity).subscribe();
    expect(seen).toEqual([]);
    await firstValueFrom(rest(0));
    expect(seen).toEqual(['over']);
    expect(jest.getTimerCount()).toBe(0);
  });
});

it(
  'bySchedulers, and what time it is, are virtual where time is',
  marbles(({ expectObservable }) => {
    const times = bySchedulers(0).pipe(
      concatMap(() => bySchedulers(3)),
      map(() => [now(), now(1_000)].join()),
    );
    const t = '1970-01-01T00:00:00.003Z,1970-01-01T00:00:01.003Z';
    expectObservable(times).toBe('---(t|)', { t });
  }),
);

describe('a turn of the loop, and a moment', () => {
  it('go by the real clock, whatever a spec has put in its place', async () => {
    jest.useFakeTimers();
    await firstValueFrom(byLoop(0));
    await moment();
    expect(jest.getTimerCount()).toBe(0);
  });
});
