import { fail } from 'm8tes-rx/testing';
import { served } from '../served';

describe('fail', () => {
  it('ends the run as failed, with why', async () => {
    const { post, get } = await served({
      script: () => fail('no room', 'SANDBOX_UNAVAILABLE', 'sandbox'),
    });
    const { events } = await post('/runs/', { message: 'hello' });
    expect(events.at(-1)).toEqual({
      type: 'SANDBOX_UNAVAILABLE',
      error: 'no room',
      error_code: 'sandbox',
    });
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'failed',
      error: 'no room',
      error_code: 'sandbox',
      retryable: true,
    });
  });
});
