import { clock, isTimezone, timeOf } from '../../lib/testing/timezone';

describe('isTimezone', () => {
  it.each([
    ['UTC', true],
    ['America/New_York', true],
    ['Europe/Atlantis', false],
    ['', false],
  ])('of %j is %j', (timezone, expected) => {
    expect(isTimezone(timezone)).toBe(expected);
  });
});

describe('clock', () => {
  // The clocks of New York are put forward at 2 on 2026-03-08, and back at 2 on 2026-11-01.
  it.each([
    ['UTC', '2026-11-25T08:00:00Z', ['2026-11-25T08:00:00.000Z']],
    ['Asia/Kolkata', '2026-11-25T08:00:00Z', ['2026-11-25T02:30:00.000Z']],
    ['Pacific/Kiritimati', '2026-11-25T00:00:00Z', ['2026-11-24T10:00:00.000Z']],
    ['America/New_York', '2026-03-08T01:59:59Z', ['2026-03-08T06:59:59.000Z']],
    ['America/New_York', '2026-03-08T02:30:00Z', ['2026-03-08T07:30:00.000Z']],
    ['America/New_York', '2026-03-08T03:30:00Z', ['2026-03-08T07:30:00.000Z']],
    ['America/New_York', '2026-11-01T00:30:00Z', ['2026-11-01T04:30:00.000Z']],
    [
      'America/New_York',
      '2026-11-01T01:30:00.500Z',
      ['2026-11-01T05:30:00.500Z', '2026-11-01T06:30:00.500Z'],
    ],
    ['America/New_York', '2026-11-01T02:00:00Z', ['2026-11-01T07:00:00.000Z']],
    ['Australia/Lord_Howe', '2026-10-04T02:15:00Z', ['2026-10-03T15:45:00.000Z']],
  ])('of %s shows %s at %j', (timezone, shown, expected) => {
    const times = clock(timezone).when(Date.parse(shown));
    expect(times.map((time) => new Date(time).toISOString())).toEqual(expected);
  });
});

describe('timeOf', () => {
  it.each([
    ['2027-01-31T08:00:00Z', '2027-01-31T08:00:00.000Z'],
    ['2027-01-31T08:00:00.25+02:00', '2027-01-31T06:00:00.250Z'],
    ['2027-01-31T08:00-0530', '2027-01-31T13:30:00.000Z'],
    // By the clock of the time zone, wherever this runs.
    ['2027-01-31T08:00:00', '2027-01-31T13:00:00.000Z'],
    ['2027-01-31 08:00', '2027-01-31T13:00:00.000Z'],
    ['2027-07-31', '2027-07-31T04:00:00.000Z'],
  ])('reads %j', (text, expected) => {
    expect(new Date(timeOf(text, 'America/New_York')).toISOString()).toBe(expected);
  });

  it.each([
    ...['', '1', '2027', 'tomorrow 5', 'Jan 5', '2027-02-30', '2027-02-30T08:00:00Z'],
    ...['2027-13-01', '2027-01-31T25:00', '2027-01-31T24:00Z', '2027-01-31T08:00+99:00'],
  ])('is NaN of %j', (text) => {
    expect(timeOf(text, 'UTC')).toBeNaN();
  });
});
