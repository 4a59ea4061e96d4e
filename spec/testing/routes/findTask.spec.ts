import { findTask } from '../../../lib/testing/routes/findTask';
import { aCall, aRun } from '../held';

describe('findTask', () => {
  it("finds the account's task, and no other", () => {
    const call = aCall({ params: { task_id: '1' } });
    aRun(call);
    expect(findTask(call)).toMatchObject({ id: 1, instructions: 'work' });
    expect(() => findTask(aCall({ params: { task_id: '1' } }))).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });
});
