import { request } from 'node:http';
import { served, until } from './served';

describe('exchange', () => {
  it('puts an id on every answer, and the same into an error', async () => {
    const { get } = await served();
    expect((await get('/runs/')).headers.get('x-request-id')).toMatch(/^req_/);
    const { json, headers } = await get('/runs/1');
    expect(json).toMatchObject({ error: { request_id: headers.get('x-request-id') } });
  });

  it('notes a body that is no JSON as it came', async () => {
    const { server } = await served();
    await fetch(`${server.url}/runs/`, { method: 'POST', body: '{' });
    expect(server.requests()).toMatchObject([{ body: '{' }]);
  });

  it('notes the files of a form by name', async () => {
    const { server, post } = await served();
    const form = new FormData();
    form.append('payload', '{"message":"read this","stream":false}');
    form.append('files', new Blob(['a,b'], { type: 'text/csv' }), 'numbers.csv');
    await post('/runs/with-files', form);
    expect(server.requests()).toMatchObject([
      { route: 'createWithFiles', body: { message: 'read this' }, files: ['numbers.csv'] },
    ]);
  });

  it('shows only the end of a key, and nothing of a short one', async () => {
    const { server, get } = await served();
    await get('/runs/', { key: 'm8_0123456789abcdef', headers: { 'x-other': 'seen' } });
    await get('/runs/', { key: 'm8_short' });
    expect(server.requests()).toMatchObject([
      { headers: { authorization: '…cdef', 'x-other': 'seen' } },
      { headers: { authorization: '…' } },
    ]);
  });

  it('drops a request that breaks off on its way', async () => {
    const { server } = await served();
    const broken = request(`${server.url}/runs/`, { method: 'POST' });
    broken.on('error', () => {});
    broken.write('{"mess');
    await until(() => server.connections() === 1);
    broken.destroy();
    await until(() => server.connections() === 0);
    expect(server.runs()).toEqual([]);
  });

  it('says 400 to a path that is not text', async () => {
    const { get } = await served();
    expect(await get('/runs/%ff')).toMatchObject({ status: 400, json: { error: { code: 400 } } });
  });

  it('answers instead of handling', async () => {
    const { server, post } = await served({
      faults: [{ on: 'create', status: 429, retryAfter: 2 }],
    });
    const { status, headers } = await post('/runs/', { message: 'hello' });
    expect([status, headers.get('retry-after')]).toEqual([429, '2']);
    expect(server.runs()).toEqual([]);
  });

  it('destroys the socket before handling', async () => {
    const { server, post } = await served({ faults: [{ reset: 'before-handling' }] });
    await expect(post('/runs/', { message: 'hello' })).rejects.toThrow();
    expect(server.runs()).toEqual([]);
  });

  it('destroys the socket after handling: a repeat must not make a second run', async () => {
    const { server, post } = await served({ faults: [{ reset: 'before-headers' }] });
    const headers = { 'idempotency-key': 'one' };
    await expect(post('/runs/', { message: 'hello' }, { headers })).rejects.toThrow();
    const repeat = await post('/runs/', { message: 'hello' }, { headers });
    expect(repeat.headers.get('idempotent-replay')).toBe('true');
    expect(server.runs()).toHaveLength(1);
  });

  it('destroys the socket after the headers', async () => {
    const { ask } = await served({ faults: [{ reset: 'after-headers' }] });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });
});

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
