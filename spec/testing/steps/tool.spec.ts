import { tool } from '../../../lib/testing/steps/tool';

describe('tool', () => {
  it('starts, brings its arguments in pieces, ends, and has a result', () => {
    const frames = tool({ name: 'gmail_search', input: { query: 'is:unread 🎈' }, result: 3 });
    const deltas = frames.filter(({ type }) => type === 'tool-call-delta');
    expect(deltas.length).toBeGreaterThan(1);
    expect(JSON.parse(deltas.map(({ delta }) => delta as string).join(''))).toEqual({
      query: 'is:unread 🎈',
    });
    expect(frames.filter((frame) => !deltas.includes(frame))).toEqual([
      { type: 'tool-call-start', toolCallId: 'tc_gmail_search', toolName: 'gmail_search' },
      { type: 'tool-call-end', toolCallId: 'tc_gmail_search' },
      { type: 'tool-result-end', toolCallId: 'tc_gmail_search', result: 3 },
    ]);
  });
});
