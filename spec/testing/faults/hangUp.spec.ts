import { of } from 'rxjs';
import { hangUp } from '../../../lib/testing/faults/hangUp';
import { aLine, heard } from '../lines';

describe('hangUp', () => {
  it('takes the socket along, or only ends the body', () => {
    const body = of(aLine('a'));
    expect(heard(hangUp(body))).toEqual({ lines: ['a'], ended: 'socket' });
    expect(heard(hangUp(body, 'end'))).toEqual({ lines: ['a'], ended: 'body' });
  });
});
