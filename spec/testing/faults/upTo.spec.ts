import { concat, from, NEVER } from 'rxjs';
import { upTo } from '../../../lib/testing/faults/upTo';
import { aComment, aLine, heard } from '../lines';

describe('upTo', () => {
  const body = concat(from([aLine('1'), aComment, aLine('2'), aLine('3')]), NEVER);

  it('counts events, not comments, and completes with the last', () => {
    expect(heard(body.pipe(upTo(2)))).toEqual({ lines: ['1', ':\n\n', '2'], ended: 'body' });
  });

  it('says nothing for no events, and does not wait for one', () => {
    expect(heard(NEVER.pipe(upTo(0)))).toEqual({ lines: [], ended: 'body' });
  });
});
