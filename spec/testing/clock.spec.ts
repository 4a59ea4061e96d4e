import { loopTurn, moment, nextTurn, sleep } from '../../lib/testing/clock';

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

describe('nextTurn', () => {
  it('acts later, unless it is taken back', async () => {
    const acted: string[] = [];
    nextTurn(() => acted.push('kept'));
    nextTurn(() => acted.push('taken back'))();
    expect(acted).toEqual([]);
    await loopTurn();
    expect(acted).toEqual(['kept']);
  });
});

describe('loopTurn and moment', () => {
  it('go by the real clock, whatever a spec has put in its place', async () => {
    jest.useFakeTimers();
    await loopTurn();
    await moment();
    expect(jest.getTimerCount()).toBe(0);
  });
});
