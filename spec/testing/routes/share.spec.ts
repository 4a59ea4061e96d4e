import { served } from '../served';

describe('share', () => {
  it('is the same link, until it is taken back', async () => {
    const { finished, post, call } = await served();
    await finished();
    const first = (await post('/runs/123/share')).json;
    expect(first).toEqual({
      share_token: expect.stringMatching(/^share_/),
      share_url: expect.stringContaining(String(first['share_token'])),
    });
    expect((await post('/runs/123/share')).json).toEqual(first);
    await call('DELETE', '/runs/123/share');
    expect((await post('/runs/123/share')).json['share_token']).not.toBe(first['share_token']);
  });
});
