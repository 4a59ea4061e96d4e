import { runRoutes } from '../../../lib/testing/routes/runRoutes';
import type { Route } from '../../../lib/testing/Call';
import { file } from 'm8tes-rx/testing';
import { served } from '../served';

describe('runRoutes', () => {
  it('repeats safely only what the contract says', () => {
    const idempotent = Object.entries<Route>(runRoutes).filter(([, route]) => route.idempotent);
    expect(idempotent.map(([name]) => name)).toEqual([
      ...['create', 'createWithFiles', 'reply', 'replyWithFiles'],
    ]);
  });

  it('archives, any number of times', async () => {
    const { finished, post } = await served();
    await finished();
    const first = await post('/runs/123/archive');
    const again = await post('/runs/123/archive');
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json['archived_at']).toBe(first.json['archived_at']);
    expect(again.json['status']).toBe('completed');
  });

  it('notes a view', async () => {
    const { finished, post } = await served();
    expect((await finished()).last_viewed_at).toBeNull();
    expect((await post('/runs/123/view')).json['last_viewed_at']).toEqual(expect.any(String));
  });

  it('has no permission requests where nothing was asked: a bare, empty array', async () => {
    const { finished, get } = await served();
    await finished();
    expect((await get('/runs/123/permissions')).json).toEqual([]);
  });

  it('keeps files by flat names, whatever is in them', async () => {
    const name = 'a b%ü#?.txt';
    const { finished, get } = await served({ script: () => file(name, 'found') });
    await finished();
    const path = `/runs/123/files/${encodeURIComponent(name)}/download`;
    expect((await get(path)).text).toBe('found');
    expect((await get('/runs/123/files/none/download')).status).toBe(404);
    expect((await get('/runs/123/files/a%2Fb/download')).status).toBe(404);
  });

  it('stops sharing', async () => {
    const { finished, call } = await served();
    await finished();
    expect((await call('DELETE', '/runs/123/share')).status).toBe(204);
  });

  it('is 422 for an id that is none', async () => {
    const { get } = await served();
    expect((await get('/runs/abc')).status).toBe(422);
  });
});
