import { concat, from, NEVER } from 'rxjs';
import { upToByte } from '../../../lib/testing/faults/upToByte';
import { aLine, heard } from '../lines';

describe('upToByte', () => {
  const body = concat(from([aLine('abc'), aLine('def')]), NEVER);

  it.each([
    [0, []],
    [2, ['ab']],
    [3, ['abc']],
    [4, ['abc', 'd']],
  ])('passes %d bytes', (count, lines) => {
    expect(heard(body.pipe(upToByte(count)))).toEqual({ lines, ended: 'body' });
  });
});
