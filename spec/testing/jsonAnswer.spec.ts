import { jsonAnswer } from '../../lib/testing/jsonAnswer';
import { heard } from './lines';

describe('jsonAnswer', () => {
  it('is JSON', () => {
    const { status, headers, body } = jsonAnswer({ a: [1] }, 201);
    expect([status, headers['content-type']]).toEqual([201, 'application/json']);
    expect(heard(body).lines).toEqual(['{"a":[1]}']);
  });
});
