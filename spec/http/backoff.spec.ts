import { ApiError, ConnectionError } from '../../lib/errors';
import { backoff } from '../../lib/http/backoff';

const waits = { delay: 500, maxDelay: 3_000 };
const broken = new ConnectionError('no answer');
const limited = (retryAfter?: number) =>
  new ApiError('slow down', { kind: 'rate-limit', status: 429, retryAfter });

afterEach(() => jest.restoreAllMocks());

describe('backoff', () => {
  it.each([
    [1, 250, 500],
    [2, 500, 1_000],
    [3, 1_000, 2_000],
    [4, 1_500, 3_000],
    [5, 1_500, 3_000],
    [2_000, 1_500, 3_000],
  ])('after failure %i waits from %i to %i ms', (failures, least, most) => {
    for (const error of [broken, limited()]) {
      jest.spyOn(Math, 'random').mockReturnValueOnce(0);
      expect(backoff(error, failures, waits)).toBe(least);
      jest.spyOn(Math, 'random').mockReturnValueOnce(1);
      expect(backoff(error, failures, waits)).toBe(most);
    }
  });

  it.each([0, 1, 700, 86_400_000])(
    'waits the %i ms that Retry-After asks for, unjittered',
    (ms) => {
      expect([1, 2, 9].map((failures) => backoff(limited(ms), failures, waits))).toEqual([
        ms,
        ms,
        ms,
      ]);
    },
  );
});
