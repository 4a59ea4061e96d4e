import { calls } from '../../lib/operators/calls';
import type { ToolEvent } from '../../lib/operators/isToolEvent';
import type { ToolCall } from '../../lib/operators/ToolCall';

const callsOf = (...events: readonly ToolEvent[]): readonly ToolCall[] => {
  const { add, version } = calls();
  events.forEach(add);
  return version()();
};
const start = (toolCallId?: string): ToolEvent => ({
  type: 'tool-call-start',
  ...(toolCallId === undefined ? {} : { toolCallId }),
});

describe('calls', () => {
  it('are in order of first sight', () => {
    const ids = callsOf(
      start('b'),
      { type: 'tool-result-delta', toolCallId: 'a', delta: 'x' },
      start('a'),
      start('c'),
      { type: 'tool-result-end', toolCallId: 'b' },
    ).map(({ toolCallId }) => toolCallId);
    expect(ids).toEqual(['b', 'a', 'c']);
  });

  it('without an id are one', () => {
    expect(callsOf(start(), start('a'), start(''))).toHaveLength(2);
  });

  it('may have the id of anything', () => {
    const ids = ['__proto__', 'constructor', 'toString', '0', 'length'];
    expect(callsOf(...ids.map(start)).map(({ toolCallId }) => toolCallId)).toEqual(ids);
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
});
