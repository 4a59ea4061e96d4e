import fc from 'fast-check';
import { distinctUntilChanged, from, lastValueFrom, map, toArray } from 'rxjs';
import type { RunEvent } from '../../lib/events/RunEvent';
import { accumulate } from '../../lib/operators/accumulate';
import { collectRun } from '../../lib/operators/collectRun';
import type { RunResult } from '../../lib/operators/RunResult';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';
import { events, nothing } from './runs';

const values: { readonly [marble: string]: RunEvent } = {
  m: { type: 'metadata', payload: { run_id: 7 } },
  t: { type: 'text-delta', delta: 'two ' },
  u: { type: 'text-delta', delta: 'mails' },
  d: { type: 'done', stop_reason: 'end_turn' },
  k: { type: 'keep-alive' },
};
const M: RunResult = { ...nothing, run_id: 7 };
const T: RunResult = { ...M, text: 'two ', output: 'two ' };
const U: RunResult = { ...M, text: 'two mails', output: 'two mails' };
const D: RunResult = { ...U, status: 'completed', stop_reason: 'end_turn' };

/** Every result of a run, in order. */
const allOf = (run: readonly RunEvent[]): readonly RunResult[] => {
  let all: readonly RunResult[] = [];
  from(run)
    .pipe(accumulate(), toArray())
    .subscribe((results) => (all = results));
  return all;
};

describe('accumulate', () => {
  laws(accumulate);

  it(
    'is the result so far, after every event',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --m--t--u--d--|', values);
      const subs = '       ^-------------!';
      const expected = '   --M--T--U--D--|';
      expectObservable(events.pipe(accumulate())).toBe(expected, { M, T, U, D });
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits the same result again where an event says nothing',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --t-k-k-u-k-d-|', values);
      const every = '      --T-T-T-U-U-D-|';
      const changes = '    --T-----U---D-|';
      const results = {
        T: { ...T, run_id: undefined },
        U: { ...U, run_id: undefined },
        D: { ...D, run_id: undefined },
      };
      expectObservable(events.pipe(accumulate())).toBe(every, results);
      expectObservable(events.pipe(accumulate(), distinctUntilChanged())).toBe(changes, results);
    }),
  );

  it(
    'emits nothing of no events',
    marbles(({ cold, expectObservable }) => {
      const events = cold<RunEvent>(' ---|');
      const expected = '   ---|';
      expectObservable(events.pipe(accumulate())).toBe(expected);
    }),
  );

  it('ends with what collectRun() collects', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (run) => {
        const collected = await lastValueFrom(from(run).pipe(collectRun()));
        expect(allOf(run).at(-1) ?? nothing).toEqual(collected);
      }),
    );
  });

  it('emits results that never change, in whatever order they are read', () => {
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (run, random) => {
        const then: string[] = [];
        from(run)
          .pipe(
            accumulate(),
            map((result) => JSON.stringify(result)),
          )
          .subscribe((text) => then.push(text));
        const unread = [...allOf(run).entries()];
        while (unread.length > 0) {
          const [[i, result]] = unread.splice(random.next().value! % unread.length, 1) as [
            [number, RunResult],
          ];
          expect(JSON.stringify(result)).toBe(then[i]);
        }
      }),
    );
  });

  it('shares what has not changed', () => {
    const [one, two, three] = allOf([
      { type: 'tool-result-end', toolCallId: 'a', result: 1 },
      { type: 'text-delta', delta: 'hi' },
      { type: 'tool-call-start', toolCallId: 'b' },
    ]);
    expect(two!.toolCalls).toBe(one!.toolCalls);
    expect(three!.toolCalls).not.toBe(one!.toolCalls);
    expect(three!.toolCalls[0]).toBe(one!.toolCalls[0]);
  });

  it('copies no list that nobody reads, a short one aside', () => {
    const copy = jest.spyOn(Array.prototype, 'map');
    const calls = Array.from({ length: 1000 }, (_, i): RunEvent[] => [
      { type: 'tool-call-start', toolCallId: `tc_${i}` },
      { type: 'tool-call-delta', toolCallId: `tc_${i % 10}`, delta: '{' },
      { type: 'error', error: 'no' },
    ]).flat();
    let last: RunResult | undefined;
    from(calls)
      .pipe(accumulate())
      .subscribe((result) => (last = result));
    const copies = copy.mock.calls.length;
    const { toolCalls, errors } = last!;
    const read = copy.mock.calls.length - copies;
    copy.mockRestore();
    expect([toolCalls.length, errors.length]).toEqual([1000, 1000]);
    expect(read).toBe(2);
    expect(copies).toBeLessThan(2 * 32);
  });
});
