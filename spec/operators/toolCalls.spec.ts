import fc from 'fast-check';
import { from, toArray } from 'rxjs';
import type { RunEvent } from '../../lib/events/RunEvent';
import type { ToolCall } from '../../lib/operators/RunResult';
import { toolCalls } from '../../lib/operators/toolCalls';
import { laws } from '../helpers/laws';
import { marbles } from '../helpers/marbles';
import { events, resultOf } from './runs';

const values: { readonly [marble: string]: RunEvent } = {
  s: { type: 'tool-call-start', toolCallId: 'tc_1', toolName: 'search' },
  a: { type: 'tool-call-delta', toolCallId: 'tc_1', delta: '{"q":"mail"}' },
  r: { type: 'tool-result-end', toolCallId: 'tc_1', result: ['one'] },
  t: { type: 'text-delta', delta: 'hi' },
  u: { type: 'tool-call-start', toolCallId: 'tc_2', toolName: 'send' },
  v: { type: 'tool-result-end', toolCallId: 'tc_2' },
  n: { type: 'tool-call-start', toolCallId: 'tc_1' },
  b: { type: 'tool-call-delta', toolCallId: 'tc_1', delta: '{"q":"note"}' },
  d: { type: 'done' },
  g: { type: 'settled' },
};

const calls: { readonly [marble: string]: ToolCall } = {
  R: {
    toolCallId: 'tc_1',
    toolName: 'search',
    args: '{"q":"mail"}',
    input: { q: 'mail' },
    result: ['one'],
    todos: [],
    completed: true,
    missing: false,
  },
  U: {
    toolCallId: 'tc_2',
    toolName: 'send',
    args: '',
    input: undefined,
    result: undefined,
    todos: [],
    completed: false,
    missing: false,
  },
};
const V: ToolCall = { ...calls['U']!, completed: true };

describe('toolCalls', () => {
  laws(toolCalls);

  it(
    'emits a call when its result has ended, and open ones at the end',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold(' --s--a--r--u--d--|', values);
      const subs = '       ^----------------!';
      const expected = '   --------R--------(U|)';
      expectObservable(events.pipe(toolCalls())).toBe(expected, calls);
      expectSubscriptions(events.subscriptions).toBe(subs);
    }),
  );

  it(
    'emits in the order in which results end',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --s-u-t-a-v-r-d-|', values);
      const expected = '   ----------V-R---|';
      expectObservable(events.pipe(toolCalls())).toBe(expected, { ...calls, V });
    }),
  );

  it(
    'waits past an ending, for the next turn may bring the result',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --u-d-t-v-d-|', values);
      const expected = '   --------V---|';
      expectObservable(events.pipe(toolCalls())).toBe(expected, { V });
    }),
  );

  it(
    'emits a call once, whatever comes of it later',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --s-a-r-r-a-d-|', values);
      const expected = '   ------R-------|';
      expectObservable(events.pipe(toolCalls())).toBe(expected, calls);
    }),
  );

  it(
    'emits a call again that is begun anew, with the name it had where the new one has none',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --s-a-r-n-b-r-n-d-|', values);
      const expected = '   ------R-----S-----(O|)';
      const S = { ...calls['R']!, args: '{"q":"note"}', input: { q: 'note' } };
      const O = { ...S, args: '', input: undefined, result: undefined, completed: false };
      expectObservable(events.pipe(toolCalls())).toBe(expected, { ...calls, S, O });
    }),
  );

  it(
    'emits nothing of a call that is begun anew before its end',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --s-a-n-b-r-|', values);
      const expected = '   ----------S-|';
      const S = { ...calls['R']!, args: '{"q":"note"}', input: { q: 'note' } };
      expectObservable(events.pipe(toolCalls())).toBe(expected, { S });
    }),
  );

  it(
    'tells of a call that was open at a gap that its rest is missing, and of no other',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --s-a-r-u-g-n-d-|', values);
      const expected = '   ------R---------(UO|)';
      const U = { ...calls['U']!, missing: true };
      const O = { ...calls['R']!, args: '', input: undefined, result: undefined };
      expectObservable(events.pipe(toolCalls())).toBe(expected, {
        ...{ ...calls, U },
        O: { ...O, completed: false },
      });
    }),
  );

  it(
    'misses nothing of a call that ends after a gap',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --u-g-v-g-d-|', values);
      const expected = '   ------V-----|';
      expectObservable(events.pipe(toolCalls())).toBe(expected, { V });
    }),
  );

  it(
    'needs no start',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --v-|', values);
      const expected = '   --V-|';
      expectObservable(events.pipe(toolCalls())).toBe(expected, { V: { ...V, toolName: '' } });
    }),
  );

  it(
    'does not pass off an open call for a whole one where the source errors',
    marbles(({ cold, expectObservable }) => {
      const events = cold(' --u-s-#', values);
      const expected = '   ------#';
      expectObservable(events.pipe(toolCalls())).toBe(expected);
    }),
  );

  it('emits the calls of the result: of each id, that is the last', () => {
    fc.assert(
      fc.property(events, (run) => {
        const last = new Map<string, ToolCall>();
        from(run)
          .pipe(toolCalls())
          .subscribe((call) => last.set(call.toolCallId, call));
        const whole = resultOf(...run).toolCalls;
        expect([...last.keys()].sort()).toEqual(whole.map(({ toolCallId }) => toolCallId).sort());
        for (const call of whole) {
          const emitted = last.get(call.toolCallId);
          expect(emitted?.completed).toBe(call.completed);
          // What is over may be told more: a later result, todos. What is open has been told all.
          if (!call.completed) expect(emitted).toEqual(call);
        }
      }),
    );
  });

  it('emits open calls last, and each but once', () => {
    fc.assert(
      fc.property(events, (run) => {
        let emitted: readonly ToolCall[] = [];
        from(run)
          .pipe(toolCalls(), toArray())
          .subscribe((calls) => (emitted = calls));
        const open = emitted.filter(({ completed }) => !completed);
        expect(emitted.slice(emitted.length - open.length)).toEqual(open);
        expect(new Set(open.map(({ toolCallId }) => toolCallId)).size).toBe(open.length);
      }),
    );
  });
});
