import { makeTask } from '../../../lib/testing/routes/makeTask';
import { makeTeammate } from '../../../lib/testing/routes/makeTeammate';
import { aCall } from '../held';

describe('makeTask', () => {
  it("inherits its teammate's tools and user", () => {
    const { account, world } = aCall();
    const teammate = makeTeammate(account, world, { user_id: 'ada', tools: ['gmail'] });
    const task = makeTask(account, world, teammate, { instructions: 'work' });
    expect(account.tasks.get(task.id)).toBe(task);
    expect(task).toMatchObject({ user_id: 'ada', tools: ['gmail'], name: 'work' });
  });
});
