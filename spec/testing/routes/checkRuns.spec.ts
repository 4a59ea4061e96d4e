import { question } from 'm8tes-rx/testing';
import { served } from '../served';

describe('checkRuns', () => {
  it('counts: all of the account, or one user', async () => {
    const { start, reached, get } = await served({
      script: () => question({ question: 'Sure?' }),
    });
    await start({ user_id: 'ada', human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    await start();
    const last = await reached(124);
    expect((await get('/runs/check')).json).toEqual({
      total_count: 2,
      latest_run_id: 124,
      awaiting_count: 1,
      latest_change_at: last.updated_at,
    });
    expect((await get('/runs/check?user_id=ada')).json).toMatchObject({
      total_count: 1,
      latest_run_id: 123,
    });
    expect((await get('/runs/check?user_id=nobody')).json).toEqual({
      total_count: 0,
      latest_run_id: null,
      awaiting_count: 0,
      latest_change_at: null,
    });
  });
});
