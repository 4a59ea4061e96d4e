import { from } from 'rxjs';
import { rejoin } from '../../../lib/testing/faults/rejoin';
import { frameLine } from '../../../lib/testing/frameLine';
import { aDelta, heard } from '../lines';
import { eventsIn, saidIn } from '../served';

const text = 'All of it, 🎈 in the same order. '.repeat(5);
const pieces = text.match(/.{1,7}/gsu)!;

describe('rejoin', () => {
  it('says the same in other pieces', () => {
    const { lines } = heard(from(pieces.map((piece) => aDelta(piece))).pipe(rejoin(7)));
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
});
