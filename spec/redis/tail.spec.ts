import { Subject, type Subscription } from 'rxjs';
import type { Stretch } from '../../lib/log/follow';
import type { End, Entry } from '../../lib/log/RunLog';
import type { Bell } from '../../lib/redis/bells';
import { tails, type Ranged } from '../../lib/redis/tail';
import { leftovers } from '../helpers/leftovers';

const NEVER = 3_600_000;

/** A log of a spec's own, and how often it was looked at. */
const aLog = (data = 'x') => {
  const bell = new Subject<Bell>();
  const asked: (number | 'stat')[] = [];
  const log = {
    gen: 'g',
    pos: 0,
    end: undefined as End | undefined,
    most: 100,
    gone: false,
    cut: '',
    broken: undefined as Error | undefined,
  };
  const fingerprint = (pos: number) => (pos === 0 ? '' : `${log.cut}${pos}`);
  const entry = (pos: number): Entry => ({ pos, data, fingerprint: fingerprint(pos) });
  const range = (after: number, print: string): Ranged => {
    if (log.gone) return { type: 'gone' };
    if (print !== fingerprint(after) || after > log.pos) return { type: 'rewound' };
    const count = Math.min(log.most, log.pos - after);
    const entries = Array.from({ length: count }, (_, index) => entry(after + index + 1));
    return { type: 'range', gen: log.gen, entries, pos: log.pos, end: log.end };
  };
  const { gen } = log;
  const source = {
    bell,
    stat: async () => {
      asked.push('stat');
      if (log.broken) throw log.broken;
      const at = { pos: log.pos, fingerprint: fingerprint(log.pos) };
      const rest = { gen, epoch: 1, held: 0, floor: 1, bytes: 0, end: log.end };
      return log.gone ? undefined : { ...rest, at };
    },
    range: async ({ pos, fingerprint }: { pos: number; fingerprint: string }) => {
      asked.push(pos);
      return range(pos, fingerprint);
    },
  };
  const ring = (pos = log.pos, state = log.end ? 'closed' : 'open') =>
    bell.next({ type: 'rung', as: `${pos} ${state}` });
  return { log, source, asked, bell, ring, subscribed: () => bell.next({ type: 'subscribed' }) };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A stretch in short: where it begins, where it ends, and why. */
const short = (stretch: Stretch | undefined) =>
  stretch && [stretch.base.pos, (stretch.entries.at(-1) ?? stretch.base).pos, stretch.end];

describe('tails', () => {
  const left = leftovers();
  const subscriptions = new Set<Subscription>();
  afterEach(() => subscriptions.forEach((one) => one.unsubscribe()));

  const watching = (data?: string, poll = NEVER) => {
    const one = aLog(data);
    const tailOf = tails(() => one.source, poll);
    const stretches: (Stretch | undefined)[] = [];
    const errors: unknown[] = [];
    const subscription = tailOf('r').subscribe({
      next: (stretch) => stretches.push(stretch),
      error: (error) => errors.push(error),
    });
    subscriptions.add(subscription);
    return { ...one, tailOf, stretches, errors, subscription, last: () => short(stretches.at(-1)) };
  };

  it('begin at the end, once they are subscribed, and look for what the bell tells', async () => {
    const { log, asked, ring, subscribed, stretches, last } = watching();
    log.pos = 5;
    expect(asked).toEqual([]);
    subscribed();
    await settled();
    expect([asked, last()]).toEqual([['stat'], [5, 5, undefined]]);
    log.pos = 7;
    ring();
    await settled();
    expect([asked, last()]).toEqual([
      ['stat', 5],
      [5, 7, undefined],
    ]);
    log.end = 'ended';
    ring();
    await settled();
    expect([asked, last()]).toEqual([
      ['stat', 5, 7],
      [5, 7, 'ended'],
    ]);
    expect(stretches).toHaveLength(3);
  });

  it('do not look for what they have: bells that rang meanwhile', async () => {
    const { log, asked, ring, subscribed, last } = watching();
    subscribed();
    await settled();
    log.pos = 3;
    ring(1);
    ring(2);
    ring(3);
    await settled();
    expect([asked, last()]).toEqual([
      ['stat', 0],
      [0, 3, undefined],
    ]);
    log.end = 'interrupted';
    ring(3, 'closed');
    ring(3, 'closed');
    await settled();
    expect([asked, last()]).toEqual([
      ['stat', 0, 3],
      [0, 3, 'interrupted'],
    ]);
  });

  it('look after each subscription, and say nothing where there is nothing', async () => {
    const { log, asked, subscribed, stretches, last } = watching();
    for (let n = 0; n < 3; n++) subscribed();
    await settled();
    expect([asked, stretches.length]).toEqual([['stat', 0, 0], 1]);
    log.pos = 1;
    subscribed();
    await settled();
    expect(last()).toEqual([0, 1, undefined]);
  });

  it('look every so often, for bells can be lost', async () => {
    const { log, last, subscription } = watching('x', 5);
    while (last() === undefined) await settled();
    log.pos = 2;
    while (last()![1] !== 2) await settled();
    subscription.unsubscribe();
    expect(left.timers()).toBe(0);
  });

  it('take what is more than one answer holds in several, and tell each', async () => {
    const { log, asked, ring, subscribed, stretches } = watching();
    subscribed();
    await settled();
    Object.assign(log, { pos: 5, most: 2, end: 'ended' });
    ring();
    await settled();
    expect(asked).toEqual(['stat', 0, 2, 4]);
    expect(stretches.slice(1).map(short)).toEqual([
      [0, 2, undefined],
      [0, 4, undefined],
      [0, 5, 'ended'],
    ]);
  });

  it('keep a little of what came before, and all of what came last', async () => {
    const { log, ring, subscribed, last } = watching('x'.repeat(10_000));
    subscribed();
    await settled();
    for (log.pos = 1; log.pos < 20; log.pos++) {
      ring();
      await settled();
    }
    const [base, end] = last()! as [number, number];
    expect([end - base, end]).toEqual([8, 19]);
    log.pos = 60;
    ring();
    await settled();
    expect(last()).toEqual([12, 60, undefined]);
  });

  it.each<[string, (log: ReturnType<typeof aLog>['log']) => void, unknown]>([
    ['a log that was rewound', (log) => Object.assign(log, { pos: 1 }), [1, 1, undefined]],
    ['one that was written again, elsewhere cut', (log) => (log.cut = '*'), [3, 3, undefined]],
    ['a log that has gone', (log) => (log.gone = true), undefined],
  ])('begin anew with %s', async (_, happens, begun) => {
    const { log, ring, subscribed, stretches, last } = watching();
    log.pos = 3;
    subscribed();
    await settled();
    happens(log);
    ring(4);
    await settled();
    expect([short(stretches[1]), last()]).toEqual([undefined, begun]);
  });

  it('are one a run, however many watch, who all have the same entries', async () => {
    const { log, asked, ring, subscribed, tailOf, stretches, subscription } = watching();
    const others: (Stretch | undefined)[] = [];
    const second = tailOf('r').subscribe((stretch) => others.push(stretch));
    subscribed();
    log.pos = 1;
    ring();
    await settled();
    const late: (Stretch | undefined)[] = [];
    const third = tailOf('r').subscribe((stretch) => late.push(stretch));
    expect(asked).toEqual(['stat', 0].slice(0, asked.length));
    expect(others.at(-1)).toBe(stretches.at(-1));
    expect(late).toEqual([stretches.at(-1)]);
    [subscription, second, third].forEach((one) => one.unsubscribe());
    expect(left.timers()).toBe(0);
  });

  it('are made anew for who comes when all had left', async () => {
    const { asked, bell, subscribed, tailOf, subscription } = watching();
    subscribed();
    await settled();
    subscription.unsubscribe();
    expect(bell.observed).toBe(false);
    tailOf('r').subscribe().unsubscribe();
    const again = tailOf('r').subscribe();
    subscribed();
    await settled();
    expect(asked).toEqual(['stat', 'stat']);
    again.unsubscribe();
  });

  it('pass on what goes wrong, and are made anew after it', async () => {
    const { log, subscribed, errors, tailOf, bell } = watching();
    const broken = new Error('READONLY');
    log.broken = broken;
    subscribed();
    await settled();
    expect([errors, bell.observed]).toEqual([[broken], false]);
    const again = tailOf('r').subscribe();
    expect(bell.observed).toBe(true);
    again.unsubscribe();
  });
});
