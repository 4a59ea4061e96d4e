import { ReplaySubject, concat, from, throwError } from 'rxjs';
import { frameLine, type Line } from '../../lib/testing/Line';
import { rejoin, shorten } from '../../lib/testing/replay';
import { aDelta, aLine, heard } from './lines';
import { eventsIn, saidIn } from './served';

describe('rejoin', () => {
  const text = 'All of it, 🎈 in the same order. '.repeat(5);
  const pieces = text.match(/.{1,7}/gsu)!;

  it('says the same in other pieces', () => {
    const { lines, ended } = heard(from(pieces.map((piece) => aDelta(piece))).pipe(rejoin(7)));
    expect(ended).toBe('body');
    const events = eventsIn(lines.join(''));
    expect(saidIn(events)).toBe(text);
    expect(events.map(({ delta }) => delta)).not.toEqual(pieces);
  });

  it('does the same again with the same seed', () => {
    const body = from(pieces.map((piece) => aDelta(piece)));
    expect(heard(body.pipe(rejoin(7)))).toEqual(heard(body.pipe(rejoin(7))));
    expect(heard(body.pipe(rejoin(7)))).not.toEqual(heard(body.pipe(rejoin(8))));
  });

  it('joins no deltas of two texts, nor over another event', () => {
    const lines = [
      ...[aDelta('a', '1'), aDelta('b', '1'), aDelta('c', '2')],
      ...[frameLine({ type: 'ping' }), aDelta('d', '2')],
    ];
    const said = eventsIn(heard(from(lines).pipe(rejoin(3))).lines.join(''));
    const byId = (id: string) => saidIn(said.filter((event) => event['id'] === id));
    expect([byId('1'), byId('2')]).toEqual(['ab', 'cd']);
    expect(said.filter(({ type }) => type === 'ping')).toHaveLength(1);
    expect(said.at(-1)).toEqual({ type: 'text-delta', delta: 'd', id: '2' });
  });

  it('rewrites what was there, and passes what comes', () => {
    const lines = new ReplaySubject<Line>();
    for (const piece of pieces) lines.next(aDelta(piece));
    const log = heard(lines.pipe(rejoin(7)));
    expect(log.ended).toBe('no');
    const replayed = log.lines.splice(0);
    expect(saidIn(eventsIn(replayed.join('')))).toBe(text);
    for (const piece of pieces) lines.next(aDelta(piece));
    lines.complete();
    expect(eventsIn(log.lines.join('')).map(({ delta }) => delta)).toEqual(pieces);
    expect(log.ended).toBe('body');
  });

  it('passes an error on', () => {
    const broken = concat(
      from([aDelta('a')]),
      throwError(() => new Error()),
    );
    expect(heard(broken.pipe(rejoin(7))).ended).toBe('socket');
  });
});

describe('shorten', () => {
  it.each([
    [0, ['1', '2', '3']],
    [2, ['1']],
    [9, []],
  ])('replays all but the last %d, and ends', (events, lines) => {
    const history = new ReplaySubject<Line>();
    for (const text of ['1', '2', '3']) history.next(aLine(text));
    expect(heard(history.pipe(shorten(events)))).toEqual({ lines, ended: 'body' });
    expect(history.observed).toBe(false);
  });
});
