import { cronOf, nextRun, type Schedule } from '../../lib/testing/schedule';

describe('cronOf', () => {
  it.each([
    ['0 8 * * 1-5', [[0], [8], undefined, undefined, [1, 2, 3, 4, 5]]],
    ['*/20 0,12 1 6 0', [[0, 20, 40], [0, 12], [1], [6], [0]]],
    ['5/25 1-9/4 * * 7', [[5, 30, 55], [1, 5, 9], undefined, undefined, [7]]],
    ['0 0 1 JAN,dec MON-Fri', [[0], [0], [1], [1, 12], [1, 2, 3, 4, 5]]],
    ['  0   0 * *  * ', [[0], [0], undefined, undefined, undefined]],
  ])('reads %j', (text, expected) => {
    const cron = cronOf(text)!;
    expect(cron.map((numbers, i) => (expected[i] === undefined ? undefined : numbers))).toEqual(
      expected,
    );
  });

  it.each([
    ...['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *'],
    ...['* * * 13 *', '* * * * 8', '5-1 * * * *', '*/0 * * * *', 'x * * * *', '1,,2 * * * *'],
    ...['@daily', '-1 * * * *', '1.5 * * * *', 'mon * * * *', '* * * * day'],
  ])('does not read %j', (text) => {
    expect(cronOf(text)).toBeUndefined();
  });
});

describe('nextRun', () => {
  const next = (schedule: Partial<Schedule>, from: string) =>
    nextRun(
      {
        cron: null,
        interval_seconds: null,
        run_at: null,
        timezone: 'UTC',
        created_at: '2026-01-01T00:00:00.000Z',
        ...schedule,
      },
      Date.parse(from),
    );

  it.each([
    // 2026-11-25 is a Wednesday.
    ['0 8 * * 1-5', 'UTC', '2026-11-25T07:59:59Z', '2026-11-25T08:00:00.000Z'],
    ['0 8 * * 1-5', 'UTC', '2026-11-25T08:00:00Z', '2026-11-26T08:00:00.000Z'],
    ['0 8 * * 1-5', 'UTC', '2026-11-27T08:00:00Z', '2026-11-30T08:00:00.000Z'],
    ['0 8 * * 1-5', 'America/New_York', '2026-11-25T12:00:00Z', '2026-11-25T13:00:00.000Z'],
    ['0 8 * * 1-5', 'America/New_York', '2026-07-01T12:30:00Z', '2026-07-02T12:00:00.000Z'],
    ['30 23 * * *', 'Asia/Kolkata', '2026-11-25T17:00:00Z', '2026-11-25T18:00:00.000Z'],
    ['0 0 * * 7', 'UTC', '2026-11-25T00:00:00Z', '2026-11-29T00:00:00.000Z'],
    ['*/15 * * * *', 'UTC', '2026-12-31T23:50:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    // Where two days are named, one of them is enough.
    ['0 0 13 * 5', 'UTC', '2026-11-25T00:00:00Z', '2026-11-27T00:00:00.000Z'],
    ['0 0 */31 * 5', 'UTC', '2026-11-25T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    // The clocks of New York are put forward at 2 on 2026-03-08, and back at 2 on 2026-11-01.
    ['0 8 * * *', 'America/New_York', '2026-03-08T05:00:00Z', '2026-03-08T12:00:00.000Z'],
    ['0 8 * * *', 'America/New_York', '2026-11-01T04:30:00Z', '2026-11-01T13:00:00.000Z'],
    // Where 2:30 is left out, it is when it would have been.
    ['30 2 * * *', 'America/New_York', '2026-03-08T06:45:00Z', '2026-03-08T07:30:00.000Z'],
    ['*/15 * * * *', 'America/New_York', '2026-03-08T06:50:00Z', '2026-03-08T07:00:00.000Z'],
    ['0 0 * * *', 'America/Santiago', '2026-09-06T03:00:00Z', '2026-09-06T04:00:00.000Z'],
    // Where it is 1:30 twice, a time of the day is meant once, and one of each hour twice.
    ['30 1 * * *', 'America/New_York', '2026-11-01T05:00:00Z', '2026-11-01T05:30:00.000Z'],
    ['30 1 * * *', 'America/New_York', '2026-11-01T06:15:00Z', '2026-11-02T06:30:00.000Z'],
    ['*/15 * * * *', 'America/New_York', '2026-11-01T05:50:00Z', '2026-11-01T06:00:00.000Z'],
    ['*/15 * * * *', 'America/New_York', '2026-11-01T06:00:00Z', '2026-11-01T06:15:00.000Z'],
    ['45 * * * *', 'America/Santiago', '2026-04-05T02:50:00Z', '2026-04-05T03:45:00.000Z'],
  ])('of %j in %s, after %s, is %s', (cron, timezone, from, expected) => {
    expect(next({ cron, timezone }, from)).toBe(expected);
  });

  it('of a day that never comes is null', () => {
    expect(next({ cron: '0 0 30 2 *' }, '2026-01-01T00:00:00Z')).toBeNull();
  });

  it.each([
    ['America/New_York', '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['America/Santiago', '2026-09-06T04:00:00Z'],
    ['America/Santiago', '2026-04-05T03:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ])('is always later, while the clocks of %s are put on %s', (timezone, put) => {
    for (const cron of ['30 2 * * *', '*/30 * * * *', '0 0 * * *']) {
      for (let minutes = -720; minutes < 720; minutes += 20) {
        const from = new Date(Date.parse(put) + minutes * 60_000).toISOString();
        expect([from, next({ cron, timezone }, from)! > from]).toEqual([from, true]);
      }
    }
  });

  it('of an interval is the next whole one since it was made', () => {
    expect(next({ interval_seconds: 60 }, '2026-01-01T00:01:00Z')).toBe('2026-01-01T00:02:00.000Z');
    expect(next({ interval_seconds: 60 }, '2026-01-01T00:01:59Z')).toBe('2026-01-01T00:02:00.000Z');
  });

  it('of a time is that time, until it is past', () => {
    const run_at = '2026-06-01T09:00:00+02:00';
    expect(next({ run_at }, '2026-06-01T06:59:59Z')).toBe('2026-06-01T07:00:00.000Z');
    expect(next({ run_at }, '2026-06-01T07:00:00Z')).toBeNull();
  });

  it('of a time without an offset is by its own clock', () => {
    const schedule = { run_at: '2026-06-01T09:00:00', timezone: 'Asia/Tokyo' };
    expect(next(schedule, '2026-05-31T23:59:59Z')).toBe('2026-06-01T00:00:00.000Z');
    expect(next(schedule, '2026-06-01T00:00:00Z')).toBeNull();
  });

  it('after the end of all dates is null', () => {
    expect(next({ interval_seconds: Number.MAX_SAFE_INTEGER }, '2026-01-01T00:00:00Z')).toBeNull();
  });

  it('of what is no schedule is null', () => {
    expect(next({}, '2026-01-01T00:00:00Z')).toBeNull();
  });
});
