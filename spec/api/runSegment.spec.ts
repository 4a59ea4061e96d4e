import { runSegment } from '../../lib/api/runSegment';
import { InvalidArgumentError } from '../../lib/errors';

describe('runSegment', () => {
  it.each([1, 123, Number.MAX_SAFE_INTEGER])('takes %d', (runId) => {
    expect(runSegment(runId)).toEqual({ runId });
  });

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, '7', '..', '', null, undefined, 7n, {}, [7]])(
    'refuses %p',
    (runId) => {
      expect(() => runSegment(runId as number)).toThrow(InvalidArgumentError);
      expect(() => runSegment(runId as number)).toThrow(/^runId must be a positive integer$/);
    },
  );
});
