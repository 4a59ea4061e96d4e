import { healing } from '../../lib/api/healing';
import { ApiError, ConnectionError, DecodeError, RunTimeoutError } from '../../lib/errors';

const cut = new ConnectionError('the body ended', 'CUT');
const limited = (retryAfter: number) =>
  new ApiError('slow', { kind: 'rate-limit', status: 429, retryAfter });

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1));
afterEach(() => jest.restoreAllMocks());

describe('healing', () => {
  const wait = healing({});

  it.each([
    cut,
    new ConnectionError('no answer', 'ECONNRESET'),
    new ApiError('', { kind: 'server', status: 500 }),
    new RunTimeoutError('', 'timeouts.request', 1),
  ])('tries 8 times after %p, each after twice as long', (error) => {
    expect([1, 2, 3, 8, 9].map((inARow) => wait(error, inARow, false))).toEqual([
      250,
      500,
      1_000,
      30_000,
      undefined,
    ]);
  });

  it.each([
    new ApiError('', { kind: 'missing', status: 404 }),
    new ApiError('', { kind: 'conflict', status: 409 }),
    new ConnectionError('elsewhere', 'REDIRECTED'),
    new DecodeError('HTML'),
    new TypeError('a bug'),
    undefined,
  ])('gives up at once after %p, which no repeat mends', (error) => {
    expect(wait(error, 1, false)).toBeUndefined();
    expect(wait(error, 1, true)).toBeUndefined();
  });

  it('waits for people without an end, however few tries there are, and not too long at once', () => {
    const few = healing({ attempts: 0 });
    expect(few(cut, 1, false)).toBeUndefined();
    expect([1, 2, 5, 6, 7, 10_000].map((inARow) => few(cut, inARow, true))).toEqual([
      ...[250, 500, 4_000, 8_000, 8_000, 8_000],
    ]);
  });

  it('waits as the server asks, but not beyond the longest wait', () => {
    expect([0, 30_000, 30_001].map((ms) => wait(limited(ms), 1, false))).toEqual([
      ...[0, 30_000],
      undefined,
    ]);
  });

  it('does as it is told', () => {
    const told = healing({ attempts: 1, delay: 8, maxDelay: 10 });
    expect([told(cut, 1, false), told(cut, 2, false), told(cut, 2, true)]).toEqual([
      8,
      undefined,
      10,
    ]);
    expect(healing(false)(cut, 1, true)).toBeUndefined();
  });
});
