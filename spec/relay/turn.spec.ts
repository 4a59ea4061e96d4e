import { from } from 'rxjs';
import { ConnectionError, type RunEvent } from 'm8tes-rx';
import { decodeEvent } from '../../lib/events/decode';
import { turnAfter } from '../../lib/relay/turn';
import type { Told } from '../../lib/relay/watch';
import { toldBy } from '../helpers/told';
import { deltas, entriesOf } from './logs';

const done: RunEvent = { type: 'done' };
const bill: RunEvent = { type: 'metadata', payload: { usage: { total_tokens: 1 } } };

const turn = (
  events: readonly RunEvent[],
  { pos, ended, size = 2 }: { pos: number; ended?: boolean; size?: number },
  end: (Told & { type: 'end' })['end'] | null = 'ended',
) => {
  const entries = entriesOf(events);
  const told: Told[] = [];
  for (let at = ended === true ? pos : 0; at < entries.length; at += size) {
    told.push({ type: 'entries', gen: 'g', entries: entries.slice(at, at + size) });
  }
  if (end !== null) told.push({ type: 'end', end });
  const { values, ...how } = toldBy(from(told).pipe(turnAfter(pos, ended)));
  const seen = values.flatMap((one): readonly string[] => {
    if (one.type === 'end') return [one.end];
    const events = one.entries.map(({ data }) => decodeEvent(data));
    return events.map((event) => (event.type === 'text-delta' ? event.delta : event.type));
  });
  return { told: seen, ...how };
};

describe('turnAfter', () => {
  const [a, b, c, d, e] = deltas('a', 'b', 'c', 'd', 'e');
  const three = [a!, done, bill, b!, c!, done, bill, d!, e!, done];

  it.each([1, 2, 3, 100])('is the turn that begins after a position, in pieces of %i', (size) => {
    for (const ended of [false, true]) {
      const { told, ended: how } = turn(three, { pos: 3, ended, size });
      expect(told).toEqual(['b', 'c', 'done', 'metadata', 'ended']);
      expect(how).toBe('completed');
    }
  });

  it('is the next turn, where one was going on there', () => {
    expect(turn(three, { pos: 1 }).told).toEqual(['b', 'c', 'done', 'metadata', 'ended']);
    expect(turn(three, { pos: 5 }).told).toEqual(['d', 'e', 'done', 'ended']);
  });

  it('is the last turn up to the end of the log, however that is', () => {
    expect(turn(three, { pos: 7, ended: true }, 'interrupted').told).toEqual([
      'd',
      'e',
      'done',
      'interrupted',
    ]);
  });

  it('waits for a turn that has not begun', () => {
    expect(turn(three.slice(0, 3), { pos: 3, ended: true }, null)).toEqual({
      told: [],
      ended: 'completed', // by the source, of which there is no more here
    });
  });

  it('is an error where the log was closed before it began; other ends are told', () => {
    const { error } = turn(three.slice(0, 3), { pos: 3, ended: true });
    expect(error).toBeInstanceOf(ConnectionError);
    expect(turn([], { pos: 0 }, 'gone').told).toEqual(['gone']);
  });

  it('begins with the metadata that head it', () => {
    const head: RunEvent = { type: 'metadata', payload: { run_id: 1 } };
    expect(turn([a!, done, head, b!, done], { pos: 2 }).told).toEqual([
      'metadata',
      'b',
      'done',
      'ended',
    ]);
  });
});
