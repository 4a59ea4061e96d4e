import { bytesAnswer } from '../../lib/testing/bytesAnswer';
import { heard } from './lines';

describe('bytesAnswer', () => {
  it('says how long it is', () => {
    const { status, headers, body } = bytesAnswer(Buffer.from('ü'), 'text/plain');
    expect({ status, headers }).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain', 'content-length': '2' },
    });
    expect(heard(body)).toEqual({ lines: ['ü'], ended: 'body' });
  });
});
