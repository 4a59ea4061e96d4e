import fc from 'fast-check';
import { concat, from, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { ConnectionError, DecodeError, StreamInterruptedError, type RunEvent } from 'm8tes-rx';
import { memoryLog, type Append, type Appended, type RunLog } from 'm8tes-rx/relay';
import { decodeEvent } from '../../lib/events/decode';
import { fingerprints } from '../../lib/log/fingerprints';
import { impatient } from '../../lib/relay/impatient';
import { pump, type Pumping } from '../../lib/relay/pump';
import { leftovers } from '../helpers/leftovers';
import { told, toldBy } from '../helpers/told';
import { deltas, framesOf, held, kept, textOf } from './logs';

const OWNER = 'p';
const LEASE = 60_000;

const pumped = async (
  log: RunLog,
  events: Observable<RunEvent>,
  { lease = LEASE, ...more }: Partial<Pumping> & { lease?: number } = {},
) => {
  const taken = await log.acquire('r', OWNER, lease);
  if (taken.type !== 'yours') throw new Error(taken.type);
  const office = { log, run: 'r', owner: OWNER, lease, taken };
  return pump(office, { events, prints: fingerprints(), ...more });
};

/** A log whose appends are watched, and may be answered by somebody else. */
const watched = (answer: (append: Append, nth: number) => Appended | Error | undefined) => {
  const log = memoryLog();
  const appends: Append[] = [];
  return {
    appends,
    log: {
      ...log,
      append: async (append: Append): Promise<Appended> => {
        appends.push(append);
        const answered = answer(append, appends.length);
        if (answered instanceof Error) throw answered;
        return answered ?? log.append(append);
      },
    } satisfies RunLog,
  };
};

const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('pump', () => {
  leftovers();

  it('writes what a run tells, and closes its log', async () => {
    const log = memoryLog();
    const events = [...deltas('a', 'b'), { type: 'done' } as const];
    expect(await told(await pumped(log, from(events)))).toEqual({
      values: ['over'],
      ended: 'completed',
    });
    const entries = await held(log, 'r');
    expect(entries.map(({ data, fingerprint }) => ({ data, fingerprint }))).toEqual(
      framesOf(events),
    );
    expect((await log.stat('r'))?.end).toBe('ended');
  });

  it('goes on where the log is', async () => {
    const log = memoryLog();
    const events = deltas('a', 'b', 'c');
    await kept(log, 'r', events.slice(0, 2), undefined, OWNER);
    const prints = fingerprints();
    events.slice(0, 2).forEach(prints.add);
    await told(await pumped(log, from(events.slice(2)), { prints }));
    expect((await held(log, 'r')).map(({ pos, fingerprint }) => [pos, fingerprint])).toEqual(
      framesOf(events).map(({ fingerprint }, index) => [index + 1, fingerprint]),
    );
  });

  it('writes together what comes together, and what comes while it writes', async () => {
    const { log, appends } = watched(() => undefined);
    const source = new Subject<RunEvent>();
    const over = told(await pumped(log, source));
    deltas('a', 'b', 'c').forEach((event) => source.next(event));
    await moment();
    deltas('d', 'e').forEach((event) => source.next(event));
    source.complete();
    await over;
    expect(appends.map(({ frames, from, close }) => [from, frames.length, close])).toEqual([
      [0, 3, undefined],
      [3, 2, 'ended'],
    ]);
  });

  it('writes no more at once than a log takes well', async () => {
    const { log, appends } = watched(() => undefined);
    await told(await pumped(log, from(deltas(...Array<string>(600).fill('x')))));
    expect(appends.map(({ frames }) => frames.length)).toEqual([256, 256, 88]);
    const long = watched(() => undefined);
    await told(await pumped(long.log, from(deltas(...Array<string>(3).fill('x'.repeat(140_000))))));
    expect(long.appends.map(({ frames }) => frames.length)).toEqual([2, 1]);
  });

  it('keeps its office where nothing comes', async () => {
    const { log, appends } = watched(() => undefined);
    const subscription = (await pumped(log, NEVER, { lease: 30 })).subscribe();
    await moment();
    while (appends.length < 3) await moment();
    subscription.unsubscribe();
    expect(appends.every(({ frames, close }) => frames.length === 0 && close === undefined)).toBe(
      true,
    );
    const count = appends.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(appends).toHaveLength(count);
  });

  it('keeps nothing for each time that it wrote', async () => {
    const { log, appends } = watched(() => undefined);
    const source = new Subject<RunEvent>();
    const subscription = (await pumped(log, source)).subscribe();
    const left = () => (Reflect.get(subscription, '_finalizers') as readonly unknown[]).length;
    const counts: number[] = [];
    for (const [index, event] of deltas(...'abcdefgh').entries()) {
      source.next(event);
      while (appends.length <= index) await moment();
      await moment();
      counts.push(left());
    }
    expect(new Set(counts).size).toBe(1);
    subscription.unsubscribe();
  });

  it('stops where its office is somebody else’s', async () => {
    const { log } = watched(() => ({ type: 'fenced', epoch: 9 }));
    const source = new Subject<RunEvent>();
    const over = told(await pumped(log, concat(from(deltas('a')), source)));
    expect((await over).values).toEqual(['fenced']);
    expect(source.observed).toBe(false);
  });

  it('stops where the log was closed by somebody else', async () => {
    const { log } = watched(() => ({ type: 'closed', pos: 0, end: 'full' }));
    expect((await told(await pumped(log, concat(of(...deltas('a')), NEVER)))).values).toEqual([
      'over',
    ]);
  });

  it('writes again, out of memory, what the log has lost', async () => {
    const { log, appends } = watched((_, nth) => (nth === 3 ? { type: 'gap', pos: 1 } : undefined));
    const source = new Subject<RunEvent>();
    const over = told(await pumped(log, source));
    for (const event of deltas('a', 'b', 'c')) {
      source.next(event);
      await moment();
    }
    source.complete();
    expect((await over).values).toEqual(['over']);
    expect(appends.map(({ from, frames }) => [from, frames.length])).toContainEqual([1, 2]);
    expect(textOf((await held(log, 'r')).map(({ data }) => decodeEvent(data)))).toBe('abc');
  });

  it('builds a log again that is gone, out of memory, in an office of its own', async () => {
    let log = memoryLog();
    const lost: RunLog = {
      acquire: (...args) => log.acquire(...args),
      append: (...args) => log.append(...args),
      read: (...args) => log.read(...args),
      stat: (...args) => log.stat(...args),
      release: (...args) => log.release(...args),
    };
    const source = new Subject<RunEvent>();
    const over = told(await pumped(lost, source));
    for (const event of deltas('a', 'b', 'c', 'd')) {
      if (event.type === 'text-delta' && event.delta === 'c') log = memoryLog();
      source.next(event);
      await moment();
    }
    source.complete();
    expect((await over).values).toEqual(['over']);
    expect(textOf((await held(log, 'r')).map(({ data }) => decodeEvent(data)))).toBe('abcd');
  });

  it('is behind where it does not keep what the log has lost', async () => {
    const { log } = watched((_, nth) => (nth === 2 ? { type: 'gap', pos: 0 } : undefined));
    await kept(log, 'r', deltas('before'), undefined, OWNER);
    const source = new Subject<RunEvent>();
    const over = told(await pumped(log, source));
    source.next(deltas('a')[0]!);
    await moment();
    source.next(deltas('b')[0]!);
    expect((await over).values).toEqual(['behind']);
  });

  it('keeps of a long run what it needs, and no more', async () => {
    const { log } = watched((_, nth) => (nth === 8 ? { type: 'gap', pos: 0 } : undefined));
    const source = new Subject<RunEvent>();
    let fingerprint = 0; // to hash megabytes is another's subject
    const prints = { add: () => String(++fingerprint), within: () => undefined };
    const over = told(await pumped(log, source, { prints }));
    for (const event of deltas(...Array<string>(8).fill('x'.repeat(300_000)))) {
      source.next(event);
      await moment();
    }
    expect((await over).values).toEqual(['behind']); // 2 MB back is further than it goes
  });

  it('asks a log that fails again, with the very same append', async () => {
    const { log, appends } = watched((_, nth) => (nth < 4 ? new Error('down') : undefined));
    expect((await told(await pumped(log, from(deltas('a'))))).values).toEqual(['over']);
    expect(appends).toHaveLength(4);
    expect(new Set(appends.map((append) => JSON.stringify(append))).size).toBe(1);
  });

  it('asks a log again that never answers, once its office is over', async () => {
    const appends: Append[] = [];
    const inner = memoryLog();
    const silent: RunLog = {
      ...inner,
      append: (append) => {
        appends.push(append);
        return appends.length === 1 ? new Promise(() => {}) : inner.append(append);
      },
    };
    const log = impatient(silent, 50);
    expect(await told(await pumped(log, from(deltas('a', 'b')), { lease: 50 }))).toMatchObject({
      values: ['over'],
    });
    expect(appends[1]).toEqual(appends[0]);
    expect(await held(inner, 'r')).toHaveLength(2);
  });

  it('gives up a log that fails for good, with its error', async () => {
    jest.useFakeTimers();
    try {
      const down = new Error('down');
      const { log } = watched(() => down);
      const over = toldBy(await pumped(log, concat(from(deltas('a')), NEVER)));
      await jest.advanceTimersByTimeAsync(60_000);
      expect(over).toMatchObject({ values: [], ended: 'failed', error: down });
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    ['another run', new StreamInterruptedError('…', { delivered: { events: 0, characters: 0 } })],
    ['what cannot be read', new DecodeError('a frame is too long')],
  ])(
    'closes the log, with an error as its last entry, where a stream tells %s',
    async (_, error) => {
      const log = memoryLog();
      const events = concat(
        from(deltas('a')),
        throwError(() => error),
      );
      expect((await told(await pumped(log, events))).values).toEqual(['over']);
      const [, last] = (await held(log, 'r')).map(({ data }) => decodeEvent(data));
      expect(last).toMatchObject({ type: 'error', error_code: error.name });
      expect((await log.stat('r'))?.end).toBe('interrupted');
    },
  );

  it('leaves the log open where the stream may be had again', async () => {
    const cause = new ConnectionError('the network is away');
    const error = new StreamInterruptedError('…', {
      delivered: { events: 0, characters: 0 },
      cause,
    });
    const log = memoryLog();
    expect(
      await told(
        await pumped(
          log,
          throwError(() => error),
        ),
      ),
    ).toMatchObject({ error });
    expect((await log.stat('r'))?.end).toBe(undefined);
  });

  it.each([true, false])('closes the log of a turn only if the run is over: %s', async (isOver) => {
    const log = memoryLog();
    const over = await told(await pumped(log, from(deltas('a')), { isOver: () => of(isOver) }));
    expect(over.values).toEqual([isOver ? 'over' : 'behind']);
    const stat = await log.stat('r');
    expect([stat?.at.pos, stat?.end]).toEqual([1, isOver ? 'ended' : undefined]);
  });

  it('leaves a log open of which nobody can say whether its run is over', async () => {
    const isOver = () => throwError(() => new ConnectionError('away'));
    const over = await told(await pumped(memoryLog(), from(deltas('a')), { isOver }));
    expect(over.values).toEqual(['behind']);
  });

  it('lets go of its run when it is left, in the middle of an append', async () => {
    const source = new Subject<RunEvent>();
    const { log } = watched(() => undefined);
    const slow: RunLog = { ...log, append: () => new Promise(() => {}) };
    const subscription = (await pumped(slow, source)).subscribe();
    source.next(deltas('a')[0]!);
    await moment();
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
  });

  it('writes all of it once, whatever the log loses, and whichever answers are lost', async () => {
    const step = fc.constantFrom('tell', 'tell', 'pause', 'lose', 'forget-answer', 'fail');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let log = memoryLog();
        let trouble: 'forget-answer' | 'fail' | undefined;
        const storage: RunLog = {
          acquire: (...args) => log.acquire(...args),
          append: async (append) => {
            const now = trouble;
            trouble = undefined;
            if (now === 'fail') throw new Error('down');
            const answer = await log.append(append);
            if (now === 'forget-answer') throw new Error('the answer was lost');
            return answer;
          },
          read: (...args) => log.read(...args),
          stat: (...args) => log.stat(...args),
          release: (...args) => log.release(...args),
        };
        const source = new Subject<RunEvent>();
        const over = told(await pumped(storage, source));
        let text = '';
        for (const [index, one] of steps.entries()) {
          if (one === 'tell') {
            text += `${index} `;
            source.next(deltas(`${index} `)[0]!);
          } else if (one === 'pause') await Promise.resolve().then(() => {});
          else if (one === 'lose') log = memoryLog();
          else trouble = one;
        }
        source.complete();
        expect((await over).values).toEqual(['over']);
        expect(textOf((await held(log, 'r')).map(({ data }) => decodeEvent(data)))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});
