import fc from 'fast-check';
import { from, toArray } from 'rxjs';
import type { RunEvent } from '../../lib/events/RunEvent';
import type { ToolCall } from '../../lib/operators/ToolCall';
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
  d: { type: 'done' },
};

const calls: { readonly [marble: string]: ToolCall } = {
  R: {
    toolCallId: 'tc_1',
    toolName: 'search',
    args: '{"q":"mail"}',
    result: ['one'],
    todos: [],
    completed: true,
  },
  U: {
    toolCallId: 'tc_2',
    toolName: 'send',
    args: '',
    result: undefined,
    todos: [],
    completed: false,
  },
};
const V: ToolCall = { ...calls['U']!, result: '', completed: true };

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
      const events = cold(' --s-a-r-r-a-s-d-|', values);
      const expected = '   ------R---------|';
      expectObservable(events.pipe(toolCalls())).toBe(expected, calls);
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

  it('emits the calls of the result', () => {
    fc.assert(
      fc.property(events, (run) => {
        let emitted: readonly ToolCall[] = [];
        from(run)
          .pipe(toolCalls(), toArray())
          .subscribe((calls) => (emitted = calls));
        const whole = resultOf(...run).toolCalls;
        const summary = ({ toolCallId, completed }: ToolCall) => `${toolCallId} ${completed}`;
        expect(emitted.map(summary).sort()).toEqual(whole.map(summary).sort());
        const open = ({ completed }: ToolCall) => !completed;
        expect(emitted.filter(open)).toEqual(whole.filter(open));
      }),
    );
  });
});
