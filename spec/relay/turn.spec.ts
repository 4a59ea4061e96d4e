import { concatMap, from, interval, lastValueFrom, map, toArray, type Observable } from 'rxjs';
import { ConnectionError, type RunEvent } from 'm8tes-rx';
import { memoryLog, type RunLog } from 'm8tes-rx/relay';
import { decodeEvent } from '../../lib/events/decode';
import { currentTurn, lastTurn, turnAfter } from '../../lib/relay/turn';
import { watch, type Told } from '../../lib/relay/watch';
import { toldBy } from '../helpers/told';
import { deltas, entriesOf, kept, markOf } from './logs';

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

describe('lastTurn', () => {
  const [a, b, c] = deltas('a', 'b', 'c');
  const metadata: RunEvent = { type: 'metadata', payload: { run_id: 7 } };

  it.each([
    ['nothing', [], 1, undefined],
    ['a turn that goes on', [metadata, a!], 1, undefined],
    ['a turn that has ended, with its bill', [metadata, a!, done, bill], 1, undefined],
    ['an ending alone', [done], 1, undefined],
    ['a second turn', [a!, done, metadata, b!], 2, 2],
    ['a second turn that has ended', [a!, done, b!, done], 2, 2],
    ['a third', [a!, done, bill, b!, done, bill, c!], 3, 6],
  ] as const)('of %s', async (_, events, number, pos) => {
    const log = memoryLog();
    await kept(log, '7', events);
    const at = (await log.stat('7'))!.at;
    const last = await lastValueFrom(lastTurn(log, '7', at));
    expect([last.number, last.after?.pos]).toEqual([number, pos]);
  });

  it('is that of a place, whatever has been said since', async () => {
    const log = memoryLog();
    await kept(log, '7', [a!, done, b!, done, c!], 'ended');
    const at = markOf([a!, done, b!]);
    expect((await lastValueFrom(lastTurn(log, '7', at))).number).toBe(2);
  });
});

describe('currentTurn', () => {
  const [a, b, c] = deltas('a', 'b', 'c');
  const current = async (log: RunLog, told: () => Observable<Told> = () => watch(log, '7')) => {
    const turn = await lastValueFrom(
      currentTurn(log, 7, (options) => (options?.after ? watch(log, '7', options) : told())),
    );
    const events = await lastValueFrom(
      turn.told().pipe(
        concatMap((one) =>
          one.type === 'end' ? [one.end] : one.entries.map(({ data }) => decodeEvent(data)),
        ),
        toArray(),
      ),
    );
    return { ...turn, events };
  };

  it('is the last one that is kept, to its end', async () => {
    const log = memoryLog();
    await kept(log, '7', [a!, done, b!, c!, done], 'ended');
    expect(await current(log)).toMatchObject({ number: 2, isOver: true });
    expect((await current(log)).events).toEqual([b, c, done, 'ended']);
  });

  it('is the last of a history that is only now being told', async () => {
    const log = memoryLog();
    const writing = kept(log, '7', []).then(() => {
      setTimeout(() => void kept(log, '7', [a!, done, b!]), 5);
      setTimeout(() => void kept(log, '7', [a!, done, b!, c!, done], 'ended'), 300);
    });
    await writing;
    const turn = await current(log);
    expect([turn.number, turn.isOver, turn.events]).toEqual([2, false, [b, c, done, 'ended']]);
  });

  it('waits no longer for a history that does not end', async () => {
    const log = memoryLog();
    const forever = () =>
      interval(20).pipe(map((): Told => ({ type: 'entries', gen: 'g', entries: [] })));
    const { number } = await lastValueFrom(currentTurn(log, 7, forever));
    expect(number).toBe(1);
  });
});
