import { served } from './served';

describe('send', () => {
  it('sends the headers at once, before the first event', async () => {
    const { ask } = await served({ pace: 10 ** 6 });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    await response.body?.cancel();
  });

  it('sends no body with 204', async () => {
    const { call, start } = await served();
    await start();
    expect(await call('DELETE', '/runs/123/share')).toMatchObject({ status: 204, text: '' });
  });
});
