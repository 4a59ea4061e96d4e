import { webhookKinds } from '../../../lib/events/webhooks';
import { served } from '../served';

describe('webhookRoutes', () => {
  const url = 'https://example.com/webhooks';
  const anEndpoint = async (body: Record<string, unknown> = {}) => {
    const all = await served();
    const made = await all.post('/webhooks/', { url, ...body });
    return { ...all, made, at: `/webhooks/${String(made.json['id'])}` };
  };

  it('makes an endpoint, and tells its secret once', async () => {
    const { made, get, at } = await anEndpoint();
    expect(made.status).toBe(201);
    const secret = String(made.json['secret']);
    expect(made.json).toMatchObject({ id: 1, url, events: webhookKinds, active: true });
    expect(secret).toMatch(/^whsec_[a-z0-9]{20}$/);
    const masked = `whsec_…${secret.slice(-4)}`;
    expect((await get(at)).json).toEqual({ ...made.json, secret: masked });
    expect((await get('/webhooks/')).items).toEqual([{ ...made.json, secret: masked }]);
  });

  it('changes it, and makes it a new secret', async () => {
    const { made, call, at } = await anEndpoint();
    const changed = await call('PATCH', at, { events: ['run.failed'], active: false, id: 7 });
    expect(changed.json).toMatchObject({ id: 1, url, events: ['run.failed'], active: false });
    expect(changed.json['secret']).toMatch(/^whsec_…/);
    const rotated = String((await call('PATCH', at, { rotate_secret: true })).json['secret']);
    expect(rotated).toMatch(/^whsec_[a-z0-9]{20}$/);
    expect(rotated).not.toBe(made.json['secret']);
    expect((await call('PATCH', at, { rotate_secret: false })).json['secret']).toBe(
      `whsec_…${rotated.slice(-4)}`,
    );
  });

  it('lists newest first, page by page', async () => {
    const { post, get } = await anEndpoint();
    await post('/webhooks/', { url });
    await post('/webhooks/', { url });
    const { json } = await get('/webhooks/?limit=2');
    expect(json).toMatchObject({
      data: [{ id: 3 }, { id: 2 }],
      has_more: true,
      next_starting_after: 2,
    });
    expect((await get('/webhooks/?limit=2&starting_after=2')).items).toMatchObject([{ id: 1 }]);
  });

  it('takes it away', async () => {
    const { call, get, at } = await anEndpoint();
    expect((await call('DELETE', at)).status).toBe(204);
    expect((await get(at)).status).toBe(404);
    expect((await get('/webhooks/')).items).toEqual([]);
  });

  it.each([
    {},
    { url: null },
    { url: 'nowhere' },
    { url: 'ftp://example.com' },
    { url, events: ['run.paused'] },
    { url, events: 'run.failed' },
    { url, active: 'yes' },
  ])('refuses %j: 422', async (body) => {
    const { post } = await served();
    expect((await post('/webhooks/', body)).status).toBe(422);
  });

  it("is 404 for another account's, whatever is asked of it", async () => {
    const { call, at } = await anEndpoint();
    for (const [method, path] of [
      ...(['GET', 'PATCH', 'DELETE'] as const).map((method) => [method, at] as const),
      ['GET', `${at}/deliveries`] as const,
    ]) {
      const { status } = await call(method, path, undefined, { key: 'm8_other' });
      expect(status).toBe(404);
    }
  });
});
