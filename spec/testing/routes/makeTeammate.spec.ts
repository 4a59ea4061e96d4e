import { makeTeammate } from '../../../lib/testing/routes/makeTeammate';
import { aCall } from '../held';

describe('makeTeammate', () => {
  it('is enabled, and held by the account', () => {
    const { account, world } = aCall();
    const teammate = makeTeammate(account, world, { name: 'Triage' });
    expect(account.teammates.get(teammate.id)).toBe(teammate);
    expect(teammate).toMatchObject({ name: 'Triage', tools: [], user_id: null, status: 'enabled' });
  });
});
