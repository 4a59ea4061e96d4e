import { advance, type CallState } from '../../lib/operators/advance';
import type { ToolEvent } from '../../lib/operators/isToolEvent';
import type { ToolCall } from '../../lib/operators/ToolCall';

const id = { toolCallId: 'tc_1' };
const start: ToolEvent = { type: 'tool-call-start', ...id, toolName: 'search' };
const args = (delta: string): ToolEvent => ({ type: 'tool-call-delta', ...id, delta });
const whole = (input: unknown): ToolEvent => ({ type: 'tool-call-start', ...id, input });
const piece = (delta: string): ToolEvent => ({ type: 'tool-result-delta', ...id, delta });
const end = (result?: unknown): ToolEvent => ({ type: 'tool-result-end', ...id, result });

const callOf = (...events: readonly ToolEvent[]): ToolCall | undefined =>
  events.reduce<CallState | undefined>(advance, undefined)?.call;

describe('advance', () => {
  it('puts a call together', () => {
    expect(
      callOf(
        start,
        args('{"q":'),
        args('1}'),
        { type: 'tool-call-end', ...id },
        { type: 'tool-result-start', ...id },
        { type: 'todo-update', ...id, todos: [{ content: 'sort' }] },
        end(['one']),
      ),
    ).toEqual({
      toolCallId: 'tc_1',
      toolName: 'search',
      args: '{"q":1}',
      result: ['one'],
      todos: [{ content: 'sort' }],
      completed: true,
    });
  });

  it.each<ToolEvent>([
    start,
    args('{'),
    { type: 'tool-call-end', ...id },
    { type: 'tool-result-start', ...id },
    piece('r'),
    end(1),
    { type: 'todo-update', ...id, todos: [] },
  ])('is started by whatever comes first: $type', (event) => {
    expect(callOf(event)).toMatchObject({ toolCallId: 'tc_1', completed: 'result' in event });
  });

  it('has an empty id where the server gave none', () => {
    expect(callOf({ type: 'tool-call-delta', delta: '{}' })).toMatchObject({
      toolCallId: '',
      toolName: '',
      args: '{}',
    });
  });

  it('keeps its name where a second start has none', () => {
    expect(callOf(start, { type: 'tool-call-start', ...id })?.toolName).toBe('search');
  });

  describe('arguments', () => {
    it.each<[string, readonly ToolEvent[], string]>([
      ['are the deltas joined', [start, args('{"a"'), args(':1}')], '{"a":1}'],
      ['come whole, as JSON text', [whole({ a: [1] })], '{"a":[1]}'],
      ['come whole, whatever they are', [whole(0)], '0'],
      ['come whole after the deltas that spelt them', [args('{"a"'), whole({ a: 1 })], '{"a":1}'],
      ['are not begun with an empty input', [whole({}), args(''), args('{"a":1}')], '{"a":1}'],
      ['are an empty input with nothing after it', [whole({}), args('')], '{}'],
      ['are not null', [args('{}'), whole(null)], '{}'],
    ])('%s', (_, events, text) => {
      expect(callOf(...events)?.args).toBe(text);
    });

    it('nest as deeply as they like', () => {
      const depth = 20_000;
      const deep: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
      expect(callOf(whole(deep))?.args).toHaveLength(2 * depth);
    });
  });

  describe('result', () => {
    it.each<unknown>([0, false, '', [], {}, 'text', { a: 1 }])('%j is one', (result) => {
      expect(callOf(piece('deltas'), end(result))).toMatchObject({ result, completed: true });
    });

    it.each<[string, readonly ToolEvent[], unknown, boolean]>([
      ['is not there yet', [start, args('{}')], undefined, false],
      ['is there so far', [piece('a'), piece('b')], 'ab', false],
      ['is the deltas joined where null', [piece('a'), piece('b'), end(null)], 'ab', true],
      ['is the deltas joined where absent', [piece('a'), piece('b'), end()], 'ab', true],
      ['is empty where nothing came', [start, end()], '', true],
      ['is the last one given', [end(1), end(2)], 2, true],
      ['is left by an end that adds nothing', [piece('a'), end(1), end()], 1, true],
      ['is left by deltas without an end', [end(1), piece('late')], 1, true],
      ['is the deltas of its own end', [piece('a'), end(), piece('b'), end()], 'b', true],
    ])('%s', (_, events, result, completed) => {
      expect(callOf(...events)).toMatchObject({ result, completed });
    });
  });

  it('changes no call that it has handed out', () => {
    const before = advance(undefined, start);
    const copy = structuredClone(before);
    for (const event of [args('{'), whole({}), piece('a'), end(1)]) advance(before, event);
    expect(before).toEqual(copy);
  });
});
