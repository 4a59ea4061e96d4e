import { request } from 'node:http';
import { served } from './served';

describe('target', () => {
  it('knows no route outside its base path, nor one it has not: {"detail":"Not Found"}', async () => {
    const { server, get } = await served();
    const outside = await fetch(`${new URL(server.url).origin}/runs/`);
    expect([outside.status, await outside.json()]).toEqual([404, { detail: 'Not Found' }]);
    expect(await get('/nonsense')).toMatchObject({ status: 404, json: { detail: 'Not Found' } });
  });

  it('says 405 where the path has no such method', async () => {
    const { call } = await served();
    expect(await call('DELETE', '/runs/1')).toMatchObject({
      status: 405,
      json: { detail: 'Method Not Allowed' },
    });
  });

  it('redirects a create without its trailing slash, and any path with a slash too much', async () => {
    const { server, call } = await served();
    const create = await call('POST', '/runs?x=1', { message: 'hello' });
    expect([create.status, create.headers.get('location')]).toEqual([
      307,
      `${server.url}/runs/?x=1`,
    ]);
    const get = await call('GET', '/runs/1/');
    expect([get.status, get.headers.get('location')]).toEqual([307, `${server.url}/runs/1`]);
    expect(server.runs()).toEqual([]);
  });

  it('decodes the path before routing: an encoded slash picks another route', async () => {
    const { finished, get } = await served();
    await finished();
    expect((await get('/runs/123%2Foutcome')).json).toMatchObject({ run_id: 123 });
  });

  it('climbs where dots say so, encoded or not', async () => {
    const { server } = await served();
    const status = await new Promise((resolve) =>
      request(`${server.url}`, { path: '/api/v2/runs/1/%2e%2e/check' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end(),
    );
    expect(status).toBe(401); // the route of `check` was found
    expect(server.requests()).toMatchObject([{ route: 'check' }]);
  });
});
