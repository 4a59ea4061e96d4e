import { decode } from '../../lib/events/decode';
import { tools } from '../../lib/events/tools';
import { family } from './family';
import { protocol } from './protocol';

describe('tools', () => {
  family(tools, protocol.tools);

  it.each([
    [
      '{"type":"tool-call-start","toolName":"gmail_search","toolCallId":"tc_1"}',
      { type: 'tool-call-start', toolName: 'gmail_search', toolCallId: 'tc_1' },
    ],
    [
      '{"type":"tool-call-delta","toolCallId":"tc_1","delta":"{\\"q\\":"}',
      { type: 'tool-call-delta', toolCallId: 'tc_1', delta: '{"q":' },
    ],
    ['{"type":"tool-call-end","toolCallId":"tc_1"}', { type: 'tool-call-end', toolCallId: 'tc_1' }],
    [
      '{"type":"tool-result-start","toolCallId":"tc_1"}',
      { type: 'tool-result-start', toolCallId: 'tc_1' },
    ],
    [
      '{"type":"tool-result-delta","toolCallId":"tc_1","delta":"3 "}',
      { type: 'tool-result-delta', toolCallId: 'tc_1', delta: '3 ' },
    ],
    [
      '{"type":"tool-result-end","toolCallId":"tc_1","result":"..."}',
      { type: 'tool-result-end', toolCallId: 'tc_1', result: '...' },
    ],
  ])('%s', (data, event) => {
    expect(decode(data)).toStrictEqual(event);
  });

  it.each(['0', 'false', '""', '[]', '{}', '[null]'])('keeps %s, which is a result', (result) => {
    const event = decode(`{"type":"tool-result-end","toolCallId":"a","result":${result}}`);
    expect(event).toStrictEqual({
      type: 'tool-result-end',
      toolCallId: 'a',
      result: JSON.parse(result) as unknown,
    });
  });

  it.each(['"result":null', '"other":1'])('has no result where it is absent: %s', (field) => {
    const event = decode(`{"type":"tool-result-end","toolCallId":"a",${field}}`);
    expect(event.type).toBe('tool-result-end');
    expect(event).not.toHaveProperty('result');
  });

  describe('todo-update', () => {
    const todos = [{ content: 'Find the tickets', status: 'pending' }];

    it.each(['toolCallId', 'tool_call_id'])('is of the call named in `%s`', (name) => {
      expect(decode(JSON.stringify({ type: 'todo-update', [name]: 'a', todos }))).toStrictEqual({
        type: 'todo-update',
        toolCallId: 'a',
        [name]: 'a',
        todos,
      });
    });

    it('is of `toolCallId` when both are there', () => {
      const frame = { type: 'todo-update', tool_call_id: 'b', toolCallId: 'a', todos };
      expect(decode(JSON.stringify(frame))).toStrictEqual(frame);
    });

    it('keeps its empty list to itself', () => {
      const event = decode('{"type":"todo-update"}') as unknown as { todos: unknown[] };
      try {
        event.todos.push({});
      } catch {
        // frozen is fine; shared is not
      }
      expect(decode('{"type":"todo-update"}')).toStrictEqual({ type: 'todo-update', todos: [] });
    });
  });
});
