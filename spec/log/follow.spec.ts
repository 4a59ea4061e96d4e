import { EMPTY, NEVER, of, Subject, throwError, timer, type Observable } from 'rxjs';
import {
  follow,
  foundIn,
  MOST_BYTES,
  MOST_ENTRIES,
  START,
  type Found,
  type Stretch,
} from '../../lib/log/follow';
import type { Entry, Mark, Reading } from '../../lib/log/RunLog';
import { leftovers } from '../helpers/leftovers';
import { marbles } from '../helpers/marbles';

const entry = (pos: number, data = 'x'): Entry => ({ pos, data, fingerprint: `f${pos}` });
const row = (from: number, to: number): readonly Entry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));

describe('foundIn', () => {
  const stretch: Stretch = {
    ...{ gen: 'g', base: { pos: 2, fingerprint: 'f2' }, entries: row(3, 5), end: undefined },
  };

  it('is what follows a mark, wherever that is in the stretch', () => {
    const after = (pos: number) => foundIn(stretch, { pos, fingerprint: `f${pos}` });
    expect(after(2)).toEqual({ type: 'entries', gen: 'g', entries: row(3, 5) });
    expect(after(4)).toEqual({ type: 'entries', gen: 'g', entries: row(5, 5) });
    expect(after(5)).toEqual({ type: 'nothing' });
    expect(foundIn({ ...stretch, end: 'ended' }, entry(5))).toEqual({
      type: 'closed',
      end: 'ended',
    });
    expect(foundIn({ ...stretch, end: 'ended' }, entry(4))).toEqual(after(4));
  });

  it.each([0, 1, 6, 100])('is not known of a mark outside of it: %i', (pos) => {
    expect(foundIn(stretch, entry(pos))).toBe(undefined);
  });

  it('is not known of a mark that has another fingerprint', () => {
    for (const pos of [2, 3, 5]) expect(foundIn(stretch, { pos, fingerprint: '' })).toBe(undefined);
  });

  it('is so many entries and bytes at the most, but one entry at least', () => {
    const count = (entries: readonly Entry[]) => {
      const found = foundIn({ gen: 'g', base: START, entries, end: undefined }, START);
      return found?.type === 'entries' ? found.entries.length : found;
    };
    expect(count(row(1, 2 * MOST_ENTRIES))).toBe(MOST_ENTRIES);
    const long = 'x'.repeat(MOST_BYTES / 2);
    expect(count([1, 2, 3].map((pos) => entry(pos, long)))).toBe(2);
    expect(count([1, 2].map((pos) => entry(pos, long + long + long)))).toBe(1);
  });
});

/** A log of numbers, one letter each, that grows when it is told to. */
const growing = () => {
  const bell = new Subject<void>();
  let entries: readonly Entry[] = [];
  let end: 'ended' | undefined;
  const asked: (Mark | undefined)[] = [];
  const look = (after: Mark | undefined): Found[] => {
    asked.push(after);
    return [
      foundIn({ gen: 'g', base: START, entries, end }, after ?? START) ?? { type: 'rewound' },
    ];
  };
  return {
    bell,
    look,
    asked,
    grow: (count = 1) => {
      entries = [...entries, ...row(entries.length + 1, entries.length + count)];
      bell.next();
    },
    close: () => {
      end = 'ended';
      bell.next();
    },
  };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What a reading has told: positions, other words, and its ending. */
const told = (reading: Observable<Reading>) => {
  const all: (number | string)[] = [];
  const subscription = reading.subscribe({
    next: (one) =>
      all.push(...(one.type === 'entries' ? one.entries.map(({ pos }) => pos) : [one.type])),
    error: (error: Error) => all.push(error.message),
    complete: () => all.push('|'),
  });
  return { all, subscription };
};

describe('follow', () => {
  const left = leftovers();

  it('tells history, then what comes, and completes with the last word', async () => {
    const log = growing();
    log.grow(2);
    const { all } = told(follow(log));
    expect(all).toEqual([]);
    await settled();
    expect(all).toEqual([1, 2]);
    log.grow();
    await settled();
    log.close();
    await settled();
    expect(all).toEqual([1, 2, 3, 'closed', '|']);
    expect(log.bell.observed).toBe(false);
  });

  it('hears the bell before it looks, and looks again where it rang meanwhile', async () => {
    const looks: Subject<Found>[] = [];
    const bell = new Subject<void>();
    const look = () => {
      looks.push(new Subject());
      return looks.at(-1)!;
    };
    const { subscription } = told(follow({ bell, look }));
    expect(bell.observed).toBe(true);
    await settled();
    bell.next();
    bell.next();
    expect(looks).toHaveLength(1);
    looks[0]!.next({ type: 'nothing' });
    await settled();
    expect(looks).toHaveLength(2);
    looks[1]!.next({ type: 'nothing' });
    await settled();
    expect(looks).toHaveLength(2);
    subscription.unsubscribe();
    expect(looks.some(({ observed }) => observed)).toBe(false);
  });

  it('looks once for what was appended in one go', async () => {
    const log = growing();
    const { all, subscription } = told(follow(log));
    await settled();
    const before = log.asked.length;
    for (let n = 0; n < 10; n++) log.grow();
    await settled();
    expect(all).toHaveLength(10);
    expect(log.asked.slice(before)).toEqual([undefined, entry(10)]);
    subscription.unsubscribe();
  });

  it('begins after a mark', async () => {
    const log = growing();
    log.grow(3);
    const { all, subscription } = told(follow(log, { after: { pos: 2, fingerprint: 'f2' } }));
    await settled();
    expect(all).toEqual([3]);
    subscription.unsubscribe();
  });

  it.each([
    ['emits', (gate: Subject<void>) => gate.next()],
    ['completes', (gate: Subject<void>) => gate.complete()],
  ])('does not look before its reader is ready, who %s', async (_, open) => {
    const log = growing();
    const gates: Subject<void>[] = [];
    const ready = () => {
      gates.push(new Subject());
      return gates.at(-1)!;
    };
    log.grow();
    const { all, subscription } = told(follow(log, { ready }));
    await settled();
    for (let n = 0; n < 3; n++) log.grow();
    await settled();
    expect([all, log.asked.length, gates.length]).toEqual([[1], 1, 1]);
    open(gates[0]!);
    await settled();
    expect([all, gates.length]).toEqual([[1, 2, 3, 4], 2]);
    subscription.unsubscribe();
    expect(gates[1]!.observed).toBe(false);
  });

  it('reads a history of any length without the stack', async () => {
    const log = growing();
    log.grow(100 * MOST_ENTRIES);
    log.close();
    const { all } = told(follow(log));
    while (all.at(-1) !== '|') await settled();
    expect(all).toHaveLength(100 * MOST_ENTRIES + 2);
  });

  it('stops within a reading when nobody wants more', async () => {
    const log = growing();
    log.grow();
    const subscription = follow(log).subscribe(() => subscription.unsubscribe());
    await settled();
    log.grow();
    await settled();
    expect(log.asked).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof follow>]>([
    ['the bell', [{ bell: throwError(() => new Error('broken')), look: () => NEVER }]],
    ['a look', [{ bell: NEVER, look: () => throwError(() => new Error('broken')) }]],
    [
      'a look, before it begins',
      [
        {
          bell: NEVER,
          look: () => {
            throw new Error('broken');
          },
        },
      ],
    ],
    [
      'the reader',
      [
        { bell: EMPTY, look: () => of<Found>({ type: 'entries', gen: 'g', entries: row(1, 1) }) },
        { ready: () => Promise.reject(new Error('broken')) },
      ],
    ],
  ])('passes on what goes wrong with %s', async (_, args) => {
    const { all } = told(follow(...args));
    await settled();
    expect(all.at(-1)).toBe('broken');
    expect(await left.rejections()).toEqual([]);
  });

  it(
    'does nothing before it is subscribed to, and lets go of the bell',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const bell = cold('-a-a-a');
      const reading = follow({ bell, look: () => timer(0).pipe(() => NEVER) });
      expectObservable(reading, '---^--!').toBe('-');
      expectSubscriptions(bell.subscriptions).toBe('---^--!');
    }),
  );
});
