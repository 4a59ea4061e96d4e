import { concat, from, throwError } from 'rxjs';
import { direct } from '../../lib/relay/direct';
import { marbles } from '../helpers/marbles';
import { toldBy } from '../helpers/told';
import { deltas } from './logs';

describe('direct', () => {
  const one = (delta: string) => ({
    type: 'entries',
    gen: '',
    entries: [{ pos: 0, fingerprint: '', data: `{"type":"text-delta","delta":"${delta}"}` }],
  });

  it(
    'tells what there is when it is there, and the end behind it',
    marbles(({ cold, expectObservable }) => {
      const [a, b] = deltas('a', 'b');
      const events = cold('--a--b---|', { a: a!, b: b! });
      const expected = '   --a--b---(e|)';
      const e = { type: 'end', end: 'ended' };
      expectObservable(direct(events)).toBe(expected, { a: one('a'), b: one('b'), e });
    }),
  );

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
