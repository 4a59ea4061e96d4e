import { NEVER, of } from 'rxjs';
import { painted } from '../../../lib/console/page/painted';
import { marbles } from '../../helpers/marbles';

describe('painted', () => {
  it(
    'passes of all that comes between two frames the last',
    marbles(({ cold, animate, expectObservable }) => {
      animate('                    -----f----f----f----f');
      const state$ = cold('        1-2-3-4-------5--|');
      expectObservable(state$.pipe(painted())).toBe('-----3----4----5-|');
    }),
  );

  it(
    'passes the last of all, whenever the source ends',
    marbles(({ cold, animate, expectObservable }) => {
      animate('                    -----f');
      expectObservable(cold('      12|').pipe(painted())).toBe('-----(2|)');
      expectObservable(of('1').pipe(painted())).toBe('-----(1|)');
    }),
  );

  it(
    'passes it in a tab that has no frames, too',
    marbles(({ cold, animate, expectObservable }) => {
      animate('');
      expectObservable(cold('12|').pipe(painted())).toBe('250ms (2|)');
      expectObservable(cold('1-2').pipe(painted())).toBe('250ms 2');
    }),
  );

  it(
    'passes nothing of nothing',
    marbles(({ animate, expectObservable }) => {
      animate('--f');
      expectObservable(NEVER.pipe(painted())).toBe('');
    }),
  );
});
