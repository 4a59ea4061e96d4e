import { ago, count, dollars, duration } from '../../../lib/console/page/amounts';

describe('amounts', () => {
  it.each([
    [0, '0 ms'],
    [-3, '0 ms'],
    [179.6, '180 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [2_449, '2.4 s'],
    [59_960, '1 m 0 s'],
    [72_400, '1 m 12 s'],
    [3_600_000, '60 m 0 s'],
  ])('%d milliseconds are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    ['0.0048', '$0.0048'],
    [0, '$0.00'],
    [12.345, '$12.35'],
    ['a lot', 'a lot'],
  ])('%p costs %s', (amount, text) => {
    expect(dollars(amount)).toBe(text);
  });

  it('groups the digits of what is counted', () => {
    expect(count(1_234_567)).toBe('1,234,567');
  });

  it('says how long ago something was, and nothing of what is no time', () => {
    const now = Date.parse('2026-11-26T12:00:00Z');
    expect(ago('2026-11-26T11:59:30Z', now)).toBe('just now');
    expect(ago('2026-11-26T12:00:30Z', now)).toBe('just now'); // another machine's clock
    expect(ago('2026-11-26T11:56:00Z', now)).toBe('4 min ago');
    expect(ago('2026-11-26T09:00:00Z', now)).toBe('3 h ago');
    expect(ago('2026-11-20T12:00:00Z', now)).toBe('Nov 20');
    expect(ago(undefined, now)).toBe('');
    expect(ago('soon', now)).toBe('');
  });
});
