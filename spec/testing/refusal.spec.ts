import { refusal } from '../../lib/testing/refusal';

describe('refusal', () => {
  it('is an error to throw, with a status and perhaps a code', () => {
    expect(refusal(404, 'gone', 'gate_cancelled')).toBeInstanceOf(Error);
    expect(refusal(404, 'gone', 'gate_cancelled')).toMatchObject({
      message: 'gone',
      status: 404,
      error_code: 'gate_cancelled',
    });
  });
});
