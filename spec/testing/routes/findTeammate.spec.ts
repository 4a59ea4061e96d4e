import { findTeammate } from '../../../lib/testing/routes/findTeammate';
import { aCall, aRun } from '../held';

describe('findTeammate', () => {
  it("finds the account's teammate, and no other", () => {
    const call = aCall({ params: { teammate_id: '1' } });
    aRun(call);
    expect(findTeammate(call)).toMatchObject({ id: 1, name: 'Assistant' });
    expect(() => findTeammate(aCall({ params: { teammate_id: '1' } }))).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });
});
