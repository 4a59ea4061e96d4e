import { request } from 'node:http';
import { forever } from './held';
import { served } from './served';

describe('respond', () => {
  const headers = { 'idempotency-key': '5a8fd34a-b692-4a7a-9e03-91e0beea42c9' };

  const withFiles = (): FormData => {
    const form = new FormData();
    form.append('payload', '{"message":"hello"}');
    return form;
  };

  it('gives a repeat the same run: 200, Idempotent-Replay, and JSON even when a stream was asked for', async () => {
    const { server, post } = await served();
    const first = await post('/runs/', { message: 'hello' }, { headers });
    const repeat = await post('/runs/', { message: 'hello' }, { headers });
    expect(first.headers.get('idempotent-replay')).toBeNull();
    expect(first.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(repeat.status).toBe(200);
    expect(repeat.headers.get('idempotent-replay')).toBe('true');
    expect(repeat.headers.get('content-type')).toBe('application/json');
    expect(repeat.json).toMatchObject({ id: 123, status: 'completed' });
    expect(server.runs()).toHaveLength(1);
  });

  it('lets the client of a repeat join the stream while there is one', async () => {
    const { ask, post, get } = await served({ script: forever });
    await (await ask('POST', '/runs/', { message: 'hello' }, { headers })).body?.cancel();
    const { json } = await post('/runs/', { message: 'hello' }, { headers });
    expect(json['status']).toBe('running');
    const join = await ask('GET', `/runs/123/stream`);
    expect(join.status).toBe(200);
    await join.body?.cancel();
    await post(`/runs/123/cancel`);
    expect((await get(`/runs/123/stream`)).status).toBe(409);
  });

  it('binds the key per account', async () => {
    const { server, post } = await served();
    await post('/runs/', { message: 'hello' }, { headers, key: 'm8_one' });
    await post('/runs/', { message: 'hello' }, { headers, key: 'm8_two' });
    expect(server.runs()).toHaveLength(2);
  });

  it('binds no key to a refusal', async () => {
    const { post } = await served();
    expect((await post('/runs/', { message: '' }, { headers })).status).toBe(422);
    const { headers: answered } = await post('/runs/', { message: 'hello' }, { headers });
    expect(answered.get('idempotent-replay')).toBeNull();
  });

  it.each([
    ['/runs/', { message: 'hello' }],
    ['/runs/with-files', withFiles],
    ['/runs/123/reply', { message: 'hello' }],
    ['/runs/123/reply/with-files', withFiles],
    ['/tasks/2/runs', {}],
  ])('is idempotent on POST %s', async (path, body) => {
    const { server, post, finished } = await served();
    const { teammate_id } = await finished();
    await post('/tasks/', { teammate_id, instructions: 'work' });
    const make = () => (typeof body === 'function' ? body() : body);
    await post(path, make(), { headers });
    const before = [server.runs().length, (await post('/runs/123/share')).status];
    const repeat = await post(path, make(), { headers });
    expect(repeat.headers.get('idempotent-replay')).toBe('true');
    expect([server.runs().length, 200]).toEqual(before);
  });

  it('is idempotent on no other route', async () => {
    const { server, post } = await served({ script: () => [{ type: 'sdk_error', error: 'dead' }] });
    await post('/runs/', { message: 'hello' });
    for (const _ of [1, 2]) {
      const { headers: answered } = await post('/runs/123/retry', undefined, { headers });
      expect(answered.get('idempotent-replay')).toBeNull();
    }
    expect(server.runs()).toHaveLength(3);
  });

  it('adds no message to a run whose reply is repeated, and says again how it was delivered', async () => {
    const { post, get, start } = await served({ script: forever });
    await start();
    const first = await post('/runs/123/reply', { message: 'more' }, { headers });
    const repeat = await post('/runs/123/reply', { message: 'more' }, { headers });
    expect(first.json).toMatchObject({ delivery: 'queued' });
    expect(repeat.json).toMatchObject({
      delivery: 'queued',
      queued_message_id: first.json['queued_message_id'],
    });
    await post('/runs/123/cancel');
    expect((await get('/runs/123/messages')).json).toHaveLength(1);
  });
});

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

describe('an account', () => {
  it('is one for each key that begins with m8_', async () => {
    const { start, get } = await served();
    await start({}, { key: 'm8_one' });
    expect((await get('/runs/', { key: 'm8_one' })).items).toHaveLength(1);
    expect((await get('/runs/', { key: 'm8_two' })).items).toHaveLength(0);
  });

  it.each([null, 'sk_other', ''])('is 401 with the key %j', async (key) => {
    const { get } = await served();
    const { status, json } = await get('/runs/', { key });
    expect(status).toBe(401);
    expect(json).toMatchObject({ error: { type: 'authentication_error', code: 401 } });
  });
});
