import fc from 'fast-check';
import { firstValueFrom, NEVER, Subject, throwError, toArray, type Observable } from 'rxjs';
import type { RunEvent } from 'm8tes-rx';
import { memoryLog, type Reading, type RunLog } from 'm8tes-rx/relay';
import { decodeEvent } from '../../lib/events/decode';
import { isInfrastructure } from '../../lib/events/kinds';
import { finding, watch, type Told, type WatchOptions } from '../../lib/relay/watch';
import { joined, retold, turn } from '../helpers/histories';
import { leftovers } from '../helpers/leftovers';
import { toldBy } from '../helpers/told';
import { deltas, entriesOf, kept, markOf, textOf } from './logs';

const eventsOf = (told: readonly Told[]): readonly RunEvent[] =>
  told.flatMap((one) =>
    one.type === 'entries' ? one.entries.map(({ data }) => decodeEvent(data)) : [],
  );
const endOf = (told: readonly Told[]): string | undefined => {
  const last = told.at(-1);
  return last?.type === 'end' ? last.end : undefined;
};
const all = (log: RunLog, options?: WatchOptions): Promise<readonly Told[]> =>
  firstValueFrom(watch(log, 'r', options).pipe(toArray()));

/** A log that is read as the spec says, look by look. */
const aLog = (...looks: readonly Observable<Reading>[]): RunLog & { marks: unknown[] } => {
  const waiting = [...looks];
  const marks: unknown[] = [];
  return {
    ...memoryLog(),
    read: (_, options) => {
      marks.push(options?.after);
      return waiting.shift() ?? NEVER;
    },
    marks,
  };
};
const moment = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('watch', () => {
  leftovers();

  it('tells history and what comes, to the end of the log', async () => {
    const log = memoryLog();
    const events = deltas('a', 'b', 'c');
    await kept(log, 'r', events.slice(0, 2));
    const told = all(log);
    await kept(log, 'r', events, 'ended');
    expect(eventsOf(await told)).toEqual(events);
    expect(endOf(await told)).toBe('ended');
  });

  it('goes on after a mark', async () => {
    const log = memoryLog();
    const events = deltas('a', 'b', 'c');
    await kept(log, 'r', events, 'interrupted');
    const told = await all(log, { after: markOf(events.slice(0, 2)) });
    expect([textOf(eventsOf(told)), endOf(told)]).toEqual(['c', 'interrupted']);
  });

  it('goes on, in a log that lost its end, when what was told is there again', async () => {
    const first = new Subject<Reading>();
    const again = new Subject<Reading>();
    const log = aLog(first, again);
    const told = toldBy(watch(log, 'r'));
    await moment();
    const [one, two, three, four] = entriesOf(deltas('ab', 'cd', 'ef', 'gh'));
    first.next({ type: 'entries', gen: 'g', entries: [one!, two!, three!] });
    first.next({ type: 'rewound' });
    first.complete();
    await moment();
    expect(log.marks).toEqual([undefined, undefined]);
    again.next({ type: 'entries', gen: 'g', entries: [one!] });
    again.next({ type: 'entries', gen: 'g', entries: [two!] });
    expect(told.values).toHaveLength(1);
    again.next({ type: 'entries', gen: 'g', entries: [three!, four!] });
    again.next({ type: 'closed', end: 'ended' });
    again.complete();
    expect(textOf(eventsOf(told.values))).toBe('abcdefgh');
    expect(told.ended).toBe('completed');
  });

  it('goes on in another log, in the middle of a delta if need be', async () => {
    const log = memoryLog();
    await kept(log, 'r', deltas('Her', 'e are the tickets'), 'ended');
    const told = await all(log, { after: markOf(deltas('Here ', 'are')), sought: true });
    expect(eventsOf(told)).toEqual(deltas(' the tickets'));
  });

  it('tells nothing of a log in which what was told is nowhere, and says so', async () => {
    const log = memoryLog();
    await kept(log, 'r', deltas('another', ' run'), 'ended');
    const told = await all(log, { after: markOf(deltas('Here ', 'are')), sought: true });
    expect(told).toEqual([{ type: 'end', end: 'unlike' }]);
  });

  it('looks for a log that is gone, a dozen times, with growing waits', async () => {
    jest.useFakeTimers();
    try {
      const log = memoryLog();
      const looks: number[] = [];
      const read: RunLog['read'] = (...args) => {
        looks.push(Date.now());
        return log.read(...args);
      };
      const told = toldBy(watch({ ...log, read }, 'r'));
      await jest.advanceTimersByTimeAsync(10 * 60_000);
      const waits = looks.slice(1).map((time, index) => time - looks[index]!);
      expect(waits.slice(0, 4)).toEqual([100, 200, 400, 800]);
      expect(waits).toHaveLength(12);
      expect(Math.max(...waits)).toBe(5_000);
      expect(told).toMatchObject({ values: [{ type: 'end', end: 'gone' }], ended: 'completed' });
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks a storage that fails again, from where it was', async () => {
    jest.useFakeTimers();
    try {
      const [one, two] = entriesOf(deltas('a', 'b'));
      const first = new Subject<Reading>();
      const again = new Subject<Reading>();
      const log = aLog(
        first,
        throwError(() => new Error('away')),
        again,
      );
      const told = toldBy(watch(log, 'r'));
      first.next({ type: 'entries', gen: 'g', entries: [one!] });
      first.error(new Error('down'));
      await jest.advanceTimersByTimeAsync(10_000);
      again.next({ type: 'entries', gen: 'g', entries: [two!] });
      expect(log.marks).toEqual([undefined, one, one]);
      expect(textOf(eventsOf(told.values))).toBe('ab');
      expect(told.ended).toBe('no');
    } finally {
      jest.useRealTimers();
    }
  });

  it('gives a storage up that fails for good', async () => {
    jest.useFakeTimers();
    try {
      const error = new Error('down');
      const read = jest.fn(() => throwError(() => error));
      const told = toldBy(watch({ ...memoryLog(), read }, 'r'));
      await jest.advanceTimersByTimeAsync(10 * 60_000);
      expect(told).toMatchObject({ ended: 'failed', error });
      expect(read.mock.calls.length).toBe(13);
    } finally {
      jest.useRealTimers();
    }
  });

  it('asks for no more than its viewer takes', async () => {
    const log = memoryLog();
    const events = deltas(...Array<string>(1_000).fill('x'));
    await kept(log, 'r', events, 'ended');
    const room = new Subject<void>();
    const told = toldBy(watch(log, 'r', { ready: () => room }));
    await moment();
    expect(told.values).toHaveLength(1);
    for (let turns = 0; turns < 10 && told.ended === 'no'; turns++) {
      room.next();
      await moment();
    }
    expect(eventsOf(told.values)).toHaveLength(1_000);
    expect(told.ended).toBe('completed');
  });

  it('tells each viewer the rest exactly once, wherever it was, in whatever pieces the log is', async () => {
    const spoken = (events: readonly RunEvent[]) =>
      joined(events.filter((event) => !isInfrastructure(event)));
    await fc.assert(
      fc.asyncProperty(turn, fc.nat(), fc.integer(), async (history, at, seed) => {
        const events = history.map(decodeEvent);
        const before = events.slice(0, at % (events.length + 1));
        fc.pre(before.length > 0);
        const log = memoryLog();
        await kept(log, 'r', retold(history, seed).map(decodeEvent), 'ended');
        const told = await all(log, { after: markOf(before), sought: true });
        expect(endOf(told)).toBe('ended');
        expect(spoken([...before, ...eventsOf(told)])).toEqual(spoken(events));
      }),
      { numRuns: 300 },
    );
  });
});

describe('finding', () => {
  const fingerprint = markOf(deltas('ab', 'cd')).fingerprint;

  it('is what comes after a fingerprint, wherever it is met', () => {
    const met = (...texts: readonly string[]) => {
      const found = finding(fingerprint);
      const rest = found.of(entriesOf(deltas(...texts))).map(({ data }) => decodeEvent(data));
      return { rest, isFound: found.isFound() };
    };
    expect(met('abcd', 'ef')).toEqual({ rest: deltas('ef'), isFound: true });
    expect(met('abc', 'def', 'g')).toEqual({ rest: deltas('ef', 'g'), isFound: true });
    expect(met('abcd')).toEqual({ rest: [], isFound: true });
    expect(met('abc')).toEqual({ rest: [], isFound: false });
    expect(met('abdc', 'ef')).toEqual({ rest: [], isFound: false });
  });

  it('keeps the position of what it cuts, and the fingerprint', () => {
    const entries = entriesOf(deltas('abcdef', 'g'));
    const [rest] = finding(fingerprint).of(entries);
    expect(rest).toEqual({ ...entries[0], data: '{"type":"text-delta","delta":"ef"}' });
  });
});
