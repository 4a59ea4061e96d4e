import { aCall, aRun, asksPeople } from '../held';

describe('startRun', () => {
  it('holds a run of the task, executing', () => {
    const call = aCall();
    const held = aRun(call, { ...asksPeople, metadata: { a: 1 }, model: 'gpt-5' });
    expect(call.account.runs.get(123)).toBe(held);
    expect(held.record).toMatchObject({
      id: 123,
      status: 'running',
      ...asksPeople,
      metadata: { a: 1 },
      model: 'gpt-5',
    });
    expect(held.turns).toMatchObject([{ message: 'hello', interactive: true, over: false }]);
  });
});
