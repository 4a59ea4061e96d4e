import { defer, map, of, Subject, tap, type Observable, type OperatorFunction } from 'rxjs';
import { ConnectionError, DecodeError } from '../../lib/errors';
import type { RunEvent } from '../../lib/events/RunEvent';
import { decoded } from '../../lib/stream/decoded';
import type { Frame } from '../../lib/stream/frames';
import { Tally } from '../../lib/stream/Tally';
import { untilEnding } from '../../lib/stream/untilEnding';
import { marbles } from '../helpers/marbles';
import { toldBy } from '../helpers/told';

const events = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'words' },
  d: { type: 'done', stop_reason: 'end_turn' },
  D: { type: 'done' },
  c: { type: 'cancelled' },
  f: { type: 'sdk_error', error: 'broken' },
  e: { type: 'error', error: 'a tool failed' },
  r: { type: 'run_metrics', execution_time_ms: 1 },
  u: { type: 'metadata', payload: { usage: { total_tokens: 3 } } },
  p: { type: 'ping' },
};
const frames: { readonly [marble: string]: Frame } = {
  ...Object.fromEntries(
    Object.entries(events).map(([marble, event]) => [marble, { data: JSON.stringify(event) }]),
  ),
  D: { data: '[DONE]' },
  h: { data: '{"type":"text-del', torn: true },
  w: { data: JSON.stringify(events.d), torn: true },
};
const linger = 5;

const ending =
  (
    linger: number,
    isOver?: () => Observable<boolean>,
    ended = false,
  ): OperatorFunction<Frame, RunEvent> =>
  (frames) =>
    defer(() =>
      frames.pipe(
        map((frame) => [frame]),
        decoded(),
        untilEnding(Tally(ended), linger, isOver),
      ),
    );

describe('decoded', () => {
  it('tells the id that an event came with, before it passes it on, and no half of one', () => {
    const { m, t, h, w, D } = frames;
    const told: (readonly [RunEvent, string])[] = [];
    const source = of([
      { ...m!, id: '1' },
      t!,
      { ...w!, id: '2' },
      { ...h!, id: '3' },
      { ...D!, id: '4' },
    ]);
    const { values } = toldBy(
      source.pipe(
        decoded((...all) => told.push(all)),
        tap(() => expect(told).toHaveLength(1)),
      ),
    );
    expect(values.flat()).toEqual([events.m, events.t, events.d, events.D]);
    expect(told).toEqual([[events.m, '1']]);
    expect(told[0]![0]).toBe(values[0]![0]);
  });

  it('takes no reset of a relay for an event, whatever its data', () => {
    const source = of([
      { ...frames['t']!, event: 'reset' },
      { data: '', event: 'reset' },
    ]);
    expect(toldBy(source.pipe(decoded())).values).toEqual([[]]);
    const named = of([{ ...frames['t']!, event: 'message' }]);
    expect(toldBy(named.pipe(decoded())).values).toEqual([[events.t]]);
  });
});

describe('untilEnding', () => {
  it('goes on from an ending that was delivered, and waits for no other', () => {
    marbles(({ cold, expectObservable }) => {
      const over = () => of(true);
      const going = (diagram: string) => cold(diagram, frames).pipe(ending(linger, over, true));
      expectObservable(going('------------')).toBe('-----|');
      expectObservable(going('---|')).toBe('---|');
      expectObservable(going('-D-|')).toBe('---|');
      expectObservable(going('-r---|')).toBe('-r---|', events);
      expectObservable(going('-t---|')).toBe(
        '-t---#',
        events,
        expect.objectContaining({ code: 'CUT' }),
      );
    })();
  });

  describe('ends a stream', () => {
    it.each([
      ['where the body ends after done', '     mtd--|', 'mtd--|'],
      ['at the end marker', '                  mtD---', 'mt(D|)'],
      ['at an end marker after done, once', '  mtdD--', 'mtd|'],
      ['at an end marker after metrics', '     mtdrD-', 'mtdr|'],
      ['where the body ends after cancelled', 'mtc--|', 'mtc--|'],
      ['where the body ends after a failure', 'mtf--|', 'mtf--|'],
      ['in a silence after done', '            mtd-------', 'mtd----|'],
      ['in a silence after metrics', '         mtd---r-------', 'mtd---r----|'],
      ['in a silence after usage', '           mtd---u-------', 'mtd---u----|'],
      ['in a silence but for pings', '         mtd-p-p-------', 'mtd-p-p|'],
      ['in a silence after two dones', '       mtd---d-------', 'mtd---d----|'],
      ['after a torn done', '                  mtw|', '      mtw|'],
      ['and drops a torn tail after done', '   mtdh|', '     mtd-|'],
    ])('%s', (_, source, expected) => {
      marbles(({ cold, expectObservable }) => {
        const values = { ...events, w: events.d };
        expectObservable(cold(source.trim(), frames).pipe(ending(linger))).toBe(
          expected.trim(),
          values,
        );
      })();
    });

    it(
      'and lets go of its source in a silence',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const silence = cold(' mtd------', frames);
        expectObservable(silence.pipe(ending(linger))).toBe('mtd----|', events);
        expectSubscriptions(silence.subscriptions).toBe(' ^------!');
      }),
    );
  });

  describe('after the end marker', () => {
    it(
      'leaves the body its time to end, and its connection to the next request',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  mtD--|', frames);
        expectObservable(source.pipe(ending(linger))).toBe('mt(D|)', events);
        expectSubscriptions(source.subscriptions).toBe('^----!');
      }),
    );

    it(
      'takes what comes for nothing, and lets go when nothing ends it',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const chatty = cold('  mtDptdDt-----', frames);
        expectObservable(chatty.pipe(ending(linger))).toBe('mt(D|)', events);
        expectSubscriptions(chatty.subscriptions).toBe('^------!');
      }),
    );

    it(
      'lets a body break that has said everything',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  mtD-#', frames, new ConnectionError('reset'));
        expectObservable(source.pipe(ending(linger))).toBe('mt(D|)', events);
        expectSubscriptions(source.subscriptions).toBe('^---!');
      }),
    );

    it(
      'does not wait for a body that was left before',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('  mtd-D--', frames);
        expectObservable(source.pipe(ending(linger)), '^--!').toBe('mtd', events);
        expectSubscriptions(source.subscriptions).toBe('^--!');
      }),
    );
  });

  it(
    'takes an ending back where the next turn begins',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  mtd---mtd------', frames);
      const expected = '     mtd---mtd----|';
      expectObservable(source.pipe(ending(linger))).toBe(expected, events);
    }),
  );

  it(
    'asks after a silence whether the run is over, and again after one that is twice as long',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const answers = [cold('--(n|)', { n: false }), cold('--(y|)', { y: true })];
      const [first, second] = answers;
      const source = cold('  mtd-------------------', frames);
      const expected = '     mtd----------------|'.replace('-|', '---|');
      const ask = () => answers.shift()!;
      expectObservable(source.pipe(ending(linger, ask))).toBe(expected, events);
      expectSubscriptions(first!.subscriptions).toBe(' -------^-!');
      expectSubscriptions(second!.subscriptions).toBe('-------------------^-!');
    }),
  );

  it(
    'asks once, with a linger of 0, until something more is told',
    marbles(({ cold, expectObservable, flush }) => {
      let asked = 0;
      const ask = () => of(++asked > 2);
      const source = cold('                                         mtd---r----d--', frames);
      expectObservable(source.pipe(ending(0, ask))).toBe('mtd---r----(d|)', events);
      flush();
      expect(asked).toBe(3);
    }),
  );

  it(
    'asks no more often than every half minute in the end, and without an end as long as bytes come',
    marbles(({ cold, expectObservable, flush }) => {
      let asked = 0;
      const ask = () => of(++asked < 0);
      const source = cold('d', frames);
      expectObservable(source.pipe(ending(1_000, ask)), '10m !').toBe('d', events);
      flush();
      expect(asked).toBe(5 + Math.floor((600 - 31) / 30));
    }),
  );

  it(
    'does not ask any more when the next turn has begun',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const never = cold<boolean>('------');
      const source = cold('  mtd-------m----', frames);
      expectObservable(source.pipe(ending(linger, () => never)), '^-----------!').toBe(
        '                    mtd-------m----',
        events,
      );
      expectSubscriptions(never.subscriptions).toBe('-------^--!');
    }),
  );

  describe('of a run that was joined', () => {
    it(
      'ends at the end of the body if the run is over, and is interrupted if it goes on',
      marbles(({ cold, expectObservable }) => {
        const source = () => cold('mtd--|', frames);
        const over = () => cold('--(y|)', { y: true });
        const on = () => cold('  --(n|)', { n: false });
        const error = expect.objectContaining({ name: 'ConnectionError', code: 'CUT' });
        expectObservable(source().pipe(ending(linger, over))).toBe('mtd----|', events);
        expectObservable(source().pipe(ending(linger, on))).toBe('  mtd----#', events, error);
      }),
    );

    it(
      'does not end at an end marker: its history may have one for each turn',
      marbles(({ cold, expectObservable }) => {
        const source = cold('  mtD-mtdD---------', frames);
        const expected = '     mtD-mtd----|';
        expectObservable(source.pipe(ending(linger, () => of(true)))).toBe(expected, events);
      }),
    );

    it('is not asked about before its ending', () => {
      const ask = jest.fn(() => of(true));
      const source = new Subject<Frame>();
      const log = toldBy(source.pipe(ending(linger, ask)));
      source.next(frames['m']!);
      source.complete();
      expect(log.ended).toBe('failed');
      expect(ask).not.toHaveBeenCalled();
    });
  });

  describe('is cut', () => {
    const reset = new ConnectionError('the answer broke off (ECONNRESET)', 'ECONNRESET');

    it.each([
      ['a body that ends without an ending', 'mtt|', 3],
      ['a body that ends with a torn frame', 'mth|', 2],
      ['a body that ends with an error event', 'mte|', 3],
      ['a body that ends with metrics alone', 'mtr|', 3],
      ['a body that ends after a next turn began', 'mtdmt|', 5],
      ['a body that says nothing', '|', 0],
    ])('by %s', (_, source, count) => {
      const { values, ended, error } = spoken(source);
      expect(values).toHaveLength(count);
      expect(ended).toBe('failed');
      expect(error).toEqual(new ConnectionError("the body ended before the run's ending", 'CUT'));
      expect(error).toMatchObject({ code: 'CUT' });
    });

    it('by a body that breaks, and says why', () => {
      expect(spoken('mt#', reset)).toMatchObject({ ended: 'failed', error: reset });
    });

    it('by nothing after done: a body that breaks then is a completion', () => {
      expect(spoken('mtd#', reset).ended).toBe('completed');
      expect(spoken('mtdr#', reset).ended).toBe('completed');
    });
  });

  it('passes on what is no break: the next connection would fail in the same way', () => {
    const error = new DecodeError('a frame is too long');
    expect(spoken('mt#', error)).toMatchObject({ ended: 'failed', error });
    expect(spoken('mtd#', error)).toMatchObject({ ended: 'failed', error });
  });

  it('leaves no timer behind', () => {
    const set = jest.spyOn(globalThis, 'setInterval');
    const clear = jest.spyOn(globalThis, 'clearInterval');
    const source = new Subject<Frame>();
    const subscription = source.pipe(ending(60_000, () => of(true))).subscribe();
    for (const marble of 'mtdr') source.next(frames[marble]!);
    subscription.unsubscribe();
    const timers = set.mock.results.map(({ value }) => [value] as const);
    expect(timers.length).toBeGreaterThan(0);
    expect(clear.mock.calls).toEqual(expect.arrayContaining(timers));
    jest.restoreAllMocks();
  });

  /** What frames become, at once. */
  function spoken(source: string, failure?: Error) {
    const subject = new Subject<Frame>();
    const log = toldBy(subject.pipe(ending(linger)));
    for (const marble of source) {
      if (marble === '|') subject.complete();
      else if (marble === '#') subject.error(failure);
      else subject.next(frames[marble]!);
    }
    return log;
  }
});
