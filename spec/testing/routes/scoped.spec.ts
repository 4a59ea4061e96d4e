import { scoped } from '../../../lib/testing/routes/scoped';
import { aCall, aRun } from '../held';

describe('scoped', () => {
  it('is all of the account, or what the query names', () => {
    const call = aCall();
    aRun(call, { user_id: 'ada' });
    aRun(call);
    const ids = (query: string) =>
      scoped(call.account, new URLSearchParams(query)).map(({ id }) => id);
    expect(ids('')).toEqual([123, 124]);
    expect(ids('user_id=ada')).toEqual([123]);
    expect(ids('task_id=2')).toEqual([124]);
    expect(ids('teammate_id=1&user_id=bob')).toEqual([]);
    expect(() => ids('task_id=x')).toThrow(expect.objectContaining({ status: 422 }));
  });
});
