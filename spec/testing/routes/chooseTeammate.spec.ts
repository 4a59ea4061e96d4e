import { chooseTeammate } from '../../../lib/testing/routes/chooseTeammate';
import { makeTeammate } from '../../../lib/testing/routes/makeTeammate';
import { aCall } from '../held';

const missing = expect.objectContaining({ status: 404 }) as Error;

describe('chooseTeammate', () => {
  const { account, world } = aCall();
  const choose = (body: Record<string, unknown>) => chooseTeammate(account, world, body);

  it('makes one where there is none, and finds it the next time', () => {
    const made = choose({ metadata: { of: 'the run' } });
    expect(made).toMatchObject({ name: 'Assistant', metadata: null });
    expect(choose({})).toBe(made);
  });

  it('makes one for a user of its own', () => {
    expect(choose({ user_id: 'ada' })).toMatchObject({ user_id: 'ada' });
    expect(choose({ user_id: 'ada' })).toBe(choose({ user_id: 'ada' }));
    expect(choose({ user_id: 'ada' })).not.toBe(choose({}));
  });

  it('makes one under the name that is given', () => {
    expect(choose({ name: 'Triage' })).toMatchObject({ name: 'Triage' });
  });

  it('takes the one whose id is given, but not for another user', () => {
    const teammate = makeTeammate(account, world, { user_id: 'ada' });
    expect(choose({ teammate_id: teammate.id })).toBe(teammate);
    expect(() => choose({ teammate_id: teammate.id, user_id: 'bob' })).toThrow(missing);
    expect(() => choose({ teammate_id: 999 })).toThrow(missing);
  });

  it('takes none that is archived', () => {
    const teammate = makeTeammate(account, world, {});
    account.teammates.set(teammate.id, { ...teammate, status: 'archived' });
    expect(() => choose({ teammate_id: teammate.id })).toThrow(missing);
  });
});
