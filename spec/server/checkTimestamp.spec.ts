import { InvalidArgumentError, SignatureError } from '../../lib/errors';
import { checkTimestamp } from '../../lib/server/checkTimestamp';

const now = new Date(1_700_000_000_000);
const check = (timestamp: string, tolerance = 300, at = now) => {
  return () => checkTimestamp(timestamp, tolerance, at);
};

describe('checkTimestamp', () => {
  it('accepts a timestamp within the tolerance, either way, to the second', () => {
    expect(check('1700000000')).not.toThrow();
    expect(check('1699999700')).not.toThrow();
    expect(check('1700000300')).not.toThrow();
    expect(check('1700000000', 0)).not.toThrow();
  });

  it('refuses one that is too old', () => {
    expect(check('1699999699')).toThrow(SignatureError);
    expect(check('1699999699')).toThrow(/more than 300 seconds old/);
    expect(check('1699999999', 0)).toThrow(SignatureError);
    expect(check('0')).toThrow(SignatureError);
  });

  it('refuses one that is too far ahead', () => {
    expect(check('1700000301')).toThrow(SignatureError);
    expect(check('1700000301')).toThrow(/more than 300 seconds ahead/);
    expect(check('9'.repeat(400))).toThrow(SignatureError);
    // Milliseconds, taken for seconds.
    expect(check('1700000000000')).toThrow(SignatureError);
  });

  it('takes any age when the tolerance is Infinity, but still a timestamp', () => {
    expect(check('0', Infinity)).not.toThrow();
    expect(check('9'.repeat(400), Infinity)).not.toThrow();
    expect(check('soon', Infinity)).toThrow(SignatureError);
  });

  it.each(['', ' 1700000000', '1700000000\n', '+1700000000', '-1', '1.7e9', '1700000000.5', '0x1'])(
    'refuses %j: not plain digits',
    (timestamp) => {
      expect(check(timestamp)).toThrow(SignatureError);
    },
  );

  it('refuses digits of other scripts', () => {
    expect(check('١٧٠٠٠٠٠٠٠٠')).toThrow(SignatureError);
  });

  it.each([NaN, -1, -Infinity, '300', null])(
    'refuses the tolerance %p: nothing may pass by mistake',
    (tolerance) => {
      expect(check('1700000000', tolerance as number)).toThrow(InvalidArgumentError);
    },
  );

  it.each([new Date(NaN), 1_700_000_000_000, '2023-11-14', null])(
    'refuses %p for the time it is',
    (at) => {
      expect(check('1700000000', 300, at as Date)).toThrow(InvalidArgumentError);
      expect(check('1700000000', Infinity, at as Date)).toThrow(InvalidArgumentError);
    },
  );
});
