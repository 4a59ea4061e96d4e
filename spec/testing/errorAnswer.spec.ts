import { errorAnswer } from '../../lib/testing/errorAnswer';
import { heard } from './lines';

const said = (status: number, error_code?: string): unknown => {
  const { body } = errorAnswer({ status, message: 'why', error_code }, 'req_1');
  return JSON.parse(heard(body).lines.join(''));
};

describe('errorAnswer', () => {
  it('is the envelope of the API', () => {
    expect(said(409, 'run_not_active')).toEqual({
      error: {
        type: 'conflict_error',
        message: 'why',
        code: 409,
        request_id: 'req_1',
        details: { error_code: 'run_not_active' },
      },
    });
  });

  it.each([
    [400, 'invalid_request_error'],
    [422, 'invalid_request_error'],
    [401, 'authentication_error'],
    [404, 'not_found_error'],
    [500, 'api_error'],
  ])('calls %d %s', (status, type) => {
    expect(said(status)).toMatchObject({ error: { type } });
  });
});
