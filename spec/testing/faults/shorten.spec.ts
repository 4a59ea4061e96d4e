import { ReplaySubject } from 'rxjs';
import { shorten } from '../../../lib/testing/faults/shorten';
import type { Line } from '../../../lib/testing/Line';
import { aLine, heard } from '../lines';

describe('shorten', () => {
  it.each([
    [0, ['1', '2', '3']],
    [2, ['1']],
    [9, []],
  ])('replays all but the last %d, and ends', (events, lines) => {
    const history = new ReplaySubject<Line>();
    for (const text of ['1', '2', '3']) history.next(aLine(text));
    expect(heard(history.pipe(shorten(events)))).toEqual({ lines, ended: 'body' });
  });
});
