import { isToolEvent } from '../../lib/operators/isToolEvent';

describe('isToolEvent', () => {
  it('knows the events of the tool table', () => {
    expect(isToolEvent({ type: 'tool-result-end' })).toBe(true);
    expect(isToolEvent({ type: 'todo-update', todos: [] })).toBe(true);
    expect(isToolEvent({ type: 'text-delta', delta: '' })).toBe(false);
    expect(isToolEvent({ type: 'unknown', name: 'tool-call-start', raw: {} })).toBe(false);
  });
});
