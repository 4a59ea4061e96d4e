import { concat, from, throwError } from 'rxjs';
import { direct } from '../../lib/relay/direct';
import { toldBy } from '../helpers/told';
import { deltas } from './logs';

describe('direct', () => {
  const one = (delta: string) => ({
    type: 'entries',
    gen: '',
    entries: [{ pos: 0, fingerprint: '', data: `{"type":"text-delta","delta":"${delta}"}` }],
  });

  it('tells each event, without a place in any log, and the end', () => {
    expect(toldBy(direct(from(deltas('a', 'b'))))).toEqual({
      values: [one('a'), one('b'), { type: 'end', end: 'ended' }],
      ended: 'completed',
    });
  });

  it('never takes a cut for an ending', () => {
    const cut = concat(
      from(deltas('a')),
      throwError(() => 'cut'),
    );
    expect(toldBy(direct(cut))).toEqual({ values: [one('a')], ended: 'failed', error: 'cut' });
  });
});
