import { concat, from, ReplaySubject, throwError } from 'rxjs';
import { replayed } from '../../../lib/testing/faults/replayed';
import type { Line } from '../../../lib/testing/Line';
import { aLine, heard } from '../lines';

describe('replayed', () => {
  const backwards = (lines: readonly Line[]) => [...lines].reverse();

  it('rewrites what was there, and passes what comes', () => {
    const lines = new ReplaySubject<Line>();
    for (const text of ['1', '2']) lines.next(aLine(text));
    const log = heard(lines.pipe(replayed(backwards)));
    expect(log).toEqual({ lines: ['2', '1'], ended: 'no' });
    lines.next(aLine('3'));
    lines.complete();
    expect(log).toEqual({ lines: ['2', '1', '3'], ended: 'body' });
  });

  it('ends with a replay that is all there is', () => {
    const log = heard(from([aLine('1'), aLine('2')]).pipe(replayed(backwards)));
    expect(log).toEqual({ lines: ['2', '1'], ended: 'body' });
  });

  it('ends with the replay when that is asked for', () => {
    const lines = new ReplaySubject<Line>();
    lines.next(aLine('1'));
    expect(heard(lines.pipe(replayed(backwards, true)))).toEqual({ lines: ['1'], ended: 'body' });
    expect(lines.observed).toBe(false);
  });

  it('passes an error on', () => {
    const broken = concat(
      from([aLine('1')]),
      throwError(() => new Error()),
    );
    expect(heard(broken.pipe(replayed(backwards))).ended).toBe('socket');
  });
});
