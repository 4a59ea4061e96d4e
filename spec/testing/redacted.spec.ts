import { redacted } from '../../lib/testing/redacted';

describe('redacted', () => {
  it('shows only the end of a key, and nothing of a short one', () => {
    expect(redacted({ authorization: 'Bearer m8_0123456789abcdef', 'x-other': 'seen' })).toEqual({
      authorization: '…cdef',
      'x-other': 'seen',
    });
    expect(redacted({ authorization: 'Bearer m8_short' })).toEqual({ authorization: '…' });
  });
});
