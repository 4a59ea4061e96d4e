import { forever } from '../held';
import { served } from '../served';

describe('cancelRun', () => {
  it('ends the run, and its streams with cancelled', async () => {
    const { ask, post, get } = await served({ script: forever });
    const stream = await ask('POST', '/runs/', { message: 'hello' });
    expect((await post('/runs/123/cancel')).json).toMatchObject({ status: 'cancelled' });
    expect(await stream.text()).toMatch(/data: \{"type": "cancelled"\}\n\n$/);
    expect((await get('/runs/123')).json).toMatchObject({ status: 'cancelled', retryable: true });
  });

  it('is 409 on a run that has ended', async () => {
    const { finished, post } = await served();
    await finished();
    expect((await post('/runs/123/cancel')).status).toBe(409);
  });

  it("is 404 for another user's run", async () => {
    const { start, post } = await served({ script: forever });
    await start({ user_id: 'ada' });
    expect((await post('/runs/123/cancel?user_id=bob')).status).toBe(404);
    expect((await post('/runs/123/cancel?user_id=ada')).status).toBe(200);
  });
});
