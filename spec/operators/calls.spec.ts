import { inspect } from 'node:util';
import fc from 'fast-check';
import { decodeEvent } from '../../lib/events/decode';
import { isToolEvent } from '../../lib/events/kinds';
import type { ToolEvent } from '../../lib/events/RunEvent';
import {
  advance,
  begin,
  callOf as shownAs,
  calls,
  gapped,
  type CallState,
} from '../../lib/operators/calls';
import type { ToolCall } from '../../lib/operators/RunResult';
import { events, torn } from './runs';

const id = { toolCallId: 'tc_1' };
const start: ToolEvent = { type: 'tool-call-start', ...id, toolName: 'search' };
const again: ToolEvent = { type: 'tool-call-start', ...id };
const args = (delta: string): ToolEvent => ({ type: 'tool-call-delta', ...id, delta });
const whole = (input: unknown): ToolEvent => ({ type: 'tool-call-start', ...id, input });
const piece = (delta: string): ToolEvent => ({ type: 'tool-result-delta', ...id, delta });
const end = (result?: unknown): ToolEvent => ({ type: 'tool-result-end', ...id, result });
const todos = (...todos: readonly { readonly [field: string]: unknown }[]): ToolEvent => ({
  type: 'todo-update',
  ...id,
  todos,
});
const pause: ToolEvent = { type: 'tool-call-end', ...id };
const resultBegins: ToolEvent = { type: 'tool-result-start', ...id };

const callOf = (...events: readonly [ToolEvent, ...ToolEvent[]]): ToolCall =>
  shownAs(events.reduce<CallState | undefined>(advance, undefined)!);

describe('advance', () => {
  it('puts a call together', () => {
    const todo = { content: 'sort' };
    expect(
      callOf(start, args('{"q":'), args('1}'), pause, resultBegins, todos(todo), end(['one'])),
    ).toEqual({
      toolCallId: 'tc_1',
      toolName: 'search',
      args: '{"q":1}',
      input: { q: 1 },
      result: ['one'],
      todos: [todo],
      completed: true,
      missing: false,
    });
  });

  it.each<ToolEvent>([start, args('{'), pause, resultBegins, piece('r'), end(1), todos()])(
    'is started by whatever comes first: $type',
    (event) => {
      expect(callOf(event)).toMatchObject({ toolCallId: 'tc_1', completed: 'result' in event });
    },
  );

  it('has an empty id where the server gave none', () => {
    expect(callOf({ type: 'tool-call-delta', delta: '{}' })).toMatchObject({
      toolCallId: '',
      toolName: '',
      args: '{}',
    });
  });

  it('has the todos of its last list', () => {
    expect(callOf(todos({ n: 1 }), todos({ n: 2 }), args('{')).todos).toEqual([{ n: 2 }]);
    expect(callOf(todos({ n: 1 }), todos()).todos).toEqual([]);
  });

  describe('arguments', () => {
    it.each<[string, readonly [ToolEvent, ...ToolEvent[]], string]>([
      ['are the deltas joined', [start, args('{"a"'), args(':1}')], '{"a":1}'],
      ['come whole, as JSON text', [whole({ a: [1] })], '{"a":[1]}'],
      ['come whole, whatever they are', [whole(0)], '0'],
      ['come whole after the deltas that spelt them', [args('{"a"'), whole({ a: 1 })], '{"a":1}'],
      ['are not begun with an empty input', [whole({}), args(''), args('{"a":1}')], '{"a":1}'],
      ['are an empty input with nothing after it', [whole({}), args('')], '{}'],
      ['are not null', [start, whole(null), args('{}')], '{}'],
    ])('%s', (_, events, text) => {
      expect(callOf(...events).args).toBe(text);
    });

    it.each<[string, readonly [ToolEvent, ...ToolEvent[]], unknown]>([
      ['nothing where none came', [start], undefined],
      ['as far as they have come', [args('{"q":"ma')], { q: 'ma' }],
      ['whole, where they are', [args('{"q":'), args('"mail"}')], { q: 'mail' }],
      ['whole, where the call is over', [args('{"q":"mail"}'), end(1)], { q: 'mail' }],
      ['not half, where the call is over', [args('{"q":"ma'), end(1)], undefined],
      ['null, where they are', [args('null'), end()], null],
      ['those that came whole', [args('{"q":"m'), whole({ q: 1 })], { q: 1 }],
      ['those of the call begun anew', [args('{"q":1}'), end(1), again, args('{"n":2,')], { n: 2 }],
      ['nothing, where they are no JSON', [args('{q: mail}')], undefined],
      ['nothing, where they are no JSON in the end', [args('{"a":1}}'), end()], undefined],
    ])('are parsed: %s', (_, events, input) => {
      expect(callOf(...events).input).toEqual(input);
    });

    it('are parsed when they are read, and once for a text', () => {
      const parse = jest.spyOn(JSON, 'parse');
      try {
        const state = [start, args('{"q":1'), args('}')].reduce<CallState | undefined>(
          advance,
          undefined,
        )!;
        const call = shownAs(state);
        expect(parse).not.toHaveBeenCalled();
        const { input } = call;
        const over = shownAs(advance(advance(state, piece('one')), end()));
        expect(over.input).toBe(input);
        expect(shownAs(state).input).toBe(input);
        expect(parse).toHaveBeenCalledTimes(1);
      } finally {
        parse.mockRestore();
      }
    });

    it('stay data, whatever their names', () => {
      for (const text of ['{"__proto__":{"admin":true}}', '{"__proto__":{"admin":true']) {
        const { input } = callOf(args(text));
        expect(Object.keys(input as object)).toEqual(['__proto__']);
        expect((input as { admin?: unknown }).admin).toBeUndefined();
      }
    });

    it('are shown parsed where a call is printed, written, cloned or spread', () => {
      const call = callOf(args('{"q":"mail"'));
      expect(inspect(call)).toContain("input: { q: 'mail' }");
      const plain = { ...call };
      expect(Object.getOwnPropertyDescriptor(plain, 'input')).toHaveProperty('value');
      expect(JSON.parse(JSON.stringify(call))).toEqual(JSON.parse(JSON.stringify(plain)));
      expect(structuredClone(call)).toEqual(plain);
    });

    it('nest as deeply as they like', () => {
      const depth = 20_000;
      const deep: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
      const call = callOf(whole(deep));
      expect(call.args).toHaveLength(2 * depth);
      expect(call.input).toBeInstanceOf(Array);
      expect(callOf(args(call.args.slice(0, depth + 7))).input).toBeInstanceOf(Array);
    });
  });

  describe('result', () => {
    it.each<unknown>([0, false, '', [], {}, 'text', { a: 1 }])('%j is one', (result) => {
      expect(callOf(piece('deltas'), end(result))).toMatchObject({ result, completed: true });
      expect(callOf(end(result))).toMatchObject({ result, completed: true });
    });

    it.each<[string, readonly [ToolEvent, ...ToolEvent[]], unknown, boolean]>([
      ['is not there yet', [start, args('{}')], undefined, false],
      ['is there so far', [piece('a'), piece('b')], 'ab', false],
      ['is the deltas joined where null', [piece('a'), piece('b'), end(null)], 'ab', true],
      ['is the deltas joined where absent', [piece('a'), piece('b'), end()], 'ab', true],
      ['is none where nothing came', [start, resultBegins, end()], undefined, true],
      ['is none where null came', [start, end(null)], undefined, true],
      ['is empty where an empty delta came', [start, piece(''), end()], '', true],
      ['is the last one given', [end(1), end(2)], 2, true],
      ['is left by an end that adds nothing', [piece('a'), end(1), end()], 1, true],
      ['is left by an empty delta and its end', [end(1), piece(''), end()], 1, true],
      ['is left by deltas without an end', [end(1), piece('late')], 1, true],
      ['is the deltas of its own end', [piece('a'), end(), piece('b'), end()], 'b', true],
    ])('%s', (_, events, result, completed) => {
      expect(callOf(...events)).toMatchObject({ result, completed });
    });
  });

  describe('a gap', () => {
    it('leaves out the rest of a call that is open, until it ends or begins anew', () => {
      const open = gapped([start, args('{"q":"is')].reduce<CallState>(advance, begin('tc_1')));
      expect(shownAs(open)).toMatchObject({ completed: false, missing: true, input: { q: 'is' } });
      expect(shownAs(advance(open, args('x'))).missing).toBe(true);
      expect(shownAs(advance(open, end(1)))).toMatchObject({ completed: true, missing: false });
      expect(shownAs(advance(open, again)).missing).toBe(false);
    });

    it('leaves out nothing of a call that is over', () => {
      const over = advance(begin('tc_1'), end(1));
      expect(gapped(over)).toBe(over);
      const open = gapped(begin('tc_1'));
      expect(gapped(open)).toBe(open);
    });
  });

  describe('a second start', () => {
    const anew: ToolCall = {
      toolCallId: 'tc_1',
      toolName: 'search',
      args: '',
      input: undefined,
      result: undefined,
      todos: [],
      completed: false,
      missing: false,
    };

    it.each<[string, readonly ToolEvent[]]>([
      ['arguments', [args('{"a":1}')]],
      ['whole arguments', [whole({})]],
      ['a result', [end(1)]],
      ['the end of a result that is none', [end()]],
      ['a piece of a result', [piece('a')]],
      ['an empty piece of a result', [piece('')]],
      ['everything', [args('{}'), piece('a'), todos({ n: 1 }), end()]],
    ])('begins a call anew that has %s', (_, events) => {
      expect(callOf(start, ...events, again)).toEqual(anew);
      const state = [again, args('{"b"'), piece('b'), end()].reduce<CallState>(
        advance,
        [start, ...events].reduce<CallState | undefined>(advance, undefined)!,
      );
      expect(shownAs(state)).toEqual({ ...anew, args: '{"b"', result: 'b', completed: true });
    });

    it.each<[string, readonly ToolEvent[]]>([
      ['nothing', []],
      ['ended its arguments before they came', [pause]],
      ['an empty piece of arguments', [args('')]],
      ['a result that has begun', [resultBegins]],
      ['todos', [todos({ n: 1 })]],
    ])('adds nothing to a call that has %s', (_, events) => {
      expect(callOf(start, ...events, again)).toEqual(callOf(start, ...events));
    });

    it('names a call, and leaves it its name where it has none', () => {
      const renamed: ToolEvent = { ...start, toolName: 'send' };
      expect(callOf(start, renamed).toolName).toBe('send');
      expect(callOf(start, args('{}'), renamed).toolName).toBe('send');
      expect(callOf(start, args('{}'), end(1), again).toolName).toBe('search');
      expect(callOf(again, start).toolName).toBe('search');
    });

    it('may bring the arguments whole, which are those of the new call', () => {
      expect(callOf(start, args('{"a":1}'), end(1), whole({ b: 2 }))).toEqual({
        ...anew,
        args: '{"b":2}',
        input: { b: 2 },
      });
    });
  });

  it('changes no call that it has handed out', () => {
    const before = [start, args('{'), piece('a')].reduce<CallState | undefined>(
      advance,
      undefined,
    )!;
    const copy = structuredClone(before);
    for (const event of [args('{'), whole({}), piece('a'), end(1), again, todos({ n: 1 })])
      advance(before, event);
    expect(before).toEqual(copy);
  });
});

const callsOf = (...events: readonly ToolEvent[]): readonly ToolCall[] => {
  const { add, version } = calls();
  events.forEach(add);
  return version()();
};
const startOf = (toolCallId?: string): ToolEvent => ({
  type: 'tool-call-start',
  ...(toolCallId === undefined ? {} : { toolCallId }),
});

describe('calls', () => {
  it('are in order of first sight', () => {
    const ids = callsOf(
      startOf('b'),
      { type: 'tool-result-delta', toolCallId: 'a', delta: 'x' },
      startOf('a'),
      startOf('c'),
      { type: 'tool-result-end', toolCallId: 'b' },
    ).map(({ toolCallId }) => toolCallId);
    expect(ids).toEqual(['b', 'a', 'c']);
  });

  it('keep their place where they are begun anew', () => {
    const anew = callsOf(startOf('b'), { ...end(1), toolCallId: 'b' }, startOf('a'), startOf('b'));
    expect(anew.map(({ toolCallId, completed }) => [toolCallId, completed])).toEqual([
      ['b', false],
      ['a', false],
    ]);
  });

  it('without an id are one', () => {
    expect(callsOf(startOf(), startOf('a'), startOf(''))).toHaveLength(2);
  });

  it('may have the id of anything', () => {
    const ids = ['__proto__', 'constructor', 'toString', '0', 'length'];
    expect(callsOf(...ids.map(startOf)).map(({ toolCallId }) => toolCallId)).toEqual(ids);
    expect(callsOf()).toEqual([]);
  });

  it('keep apart what is interleaved', () => {
    const deltas = ['a1', 'b1', 'a2', 'b2'].map((word): ToolEvent => ({
      type: 'tool-call-delta',
      toolCallId: word[0]!,
      delta: word,
    }));
    expect(callsOf(...deltas).map(({ args }) => args)).toEqual(['a1a2', 'b1b2']);
  });

  it('are the same list until one of them changes', () => {
    const { add, version } = calls();
    add(start);
    add(end(1));
    const before = version()();
    [pause, resultBegins, args('')].forEach(add);
    expect(version()()).toBe(before);
    add(todos({ n: 1 }));
    expect(version()()).not.toBe(before);
  });

  it('are put together from either spelling of the same frames', () => {
    const canonical = [
      { type: 'tool-call-start', toolCallId: 'a', toolName: 'search', input: { q: 1 } },
      { type: 'tool-result-end', toolCallId: 'a', result: ['one'] },
    ];
    const native = [
      { type: 'tool_use', id: 'a', name: 'search', input: { q: 1 } },
      { type: 'tool_result', tool_use_id: 'a', content: ['one'] },
    ];
    const read = (frames: readonly object[]) =>
      callsOf(...frames.map((frame) => decodeEvent(JSON.stringify(frame))).filter(isToolEvent));
    expect(read(native)).toEqual(read(canonical));
    expect(read(native)[0]).toMatchObject({ args: '{"q":1}', result: ['one'] });
  });

  it('do not mind how deltas are cut', () => {
    fc.assert(
      fc.property(events, fc.nat(), (run, at) => {
        expect(callsOf(...torn(run, at).filter(isToolEvent))).toEqual(
          callsOf(...run.filter(isToolEvent)),
        );
      }),
    );
  });
});
