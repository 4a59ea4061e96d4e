import { localServer, sample, text } from 'm8tes-rx/testing';
import { aDoor, forever } from './held';
import { served, until } from './served';

describe('localServer', () => {
  it('listens on loopback, under the base path of the API', async () => {
    const { server, get } = await served();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v2$/);
    expect((await get('/runs/')).status).toBe(200);
  });

  it('listens on the port it is given, and rejects when that is taken', async () => {
    const { server } = await served();
    const port = Number(new URL(server.url).port);
    await expect(localServer({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('sends the sample of the documentation byte for byte', async () => {
    const { post } = await served({ script: sample });
    const { text, headers, status } = await post('/runs/', { message: 'hello' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(text).toBe(
      [
        'data: {"type": "metadata", "payload": {"run_id": 123}}',
        'data: {"type": "text-delta", "delta": "Here are "}',
        'data: {"type": "text-delta", "delta": "the open tickets..."}',
        'data: {"type": "tool-call-start", "toolName": "gmail_search", "toolCallId": "tc_1"}',
        'data: {"type": "tool-result-end", "toolCallId": "tc_1", "result": "..."}',
        'data: {"type": "done", "stop_reason": "end_turn"}',
      ]
        .map((line) => `${line}\n\n`)
        .join(''),
    );
  });

  it('goes on with a run whose client went away', async () => {
    const door = aDoor();
    const { server, ask, reached } = await served({
      script: function* () {
        yield* text('before');
        yield* door.wait();
        yield* text(' and after');
      },
    });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    await response.body?.cancel();
    await until(() => server.streams() === 0);
    door.open();
    expect(await reached(123)).toMatchObject({ output: 'before and after' });
  });

  it('counts its runs, what it was asked, its sockets and its streams', async () => {
    const { server, ask, start } = await served({ script: forever });
    expect([server.runs(), server.requests(), server.streams()]).toEqual([[], [], 0]);
    await start({}, { key: 'm8_one' });
    const response = await ask('POST', '/runs/', { message: 'hi' }, { key: 'm8_two' });
    expect(server.runs().map(({ id }) => id)).toEqual([123, 124]);
    expect(server.requests()).toMatchObject([
      { method: 'POST', path: '/api/v2/runs/', route: 'create', body: { message: 'hello' } },
      { method: 'POST', path: '/api/v2/runs/', route: 'create', body: { message: 'hi' } },
    ]);
    expect(server.streams()).toBe(1);
    expect(server.connections()).toBeGreaterThan(0);
    await response.body?.cancel();
    await until(() => server.streams() === 0);
  });

  it('never shows a key', async () => {
    const { server, get } = await served();
    await get('/runs/', { key: 'm8_very_secret_indeed_1234' });
    expect(JSON.stringify(server.requests())).not.toContain('secret');
  });

  it('closes every socket and stops every run, also one with messages waiting', async () => {
    const { server, ask, post } = await served({ script: forever });
    const response = await ask('POST', '/runs/', { message: 'hello' });
    await post('/runs/123/reply', { message: 'and then' });
    await server.close();
    await expect(response.text()).rejects.toThrow();
    await until(() => server.connections() === 0 && server.streams() === 0);
  });

  it('takes faults while it runs', async () => {
    const { server, get } = await served();
    server.fault({ status: 503 });
    expect((await get('/runs/')).status).toBe(503);
    expect((await get('/runs/')).status).toBe(200);
  });

  it.each([
    [{ paces: 0 }, /^paces is unknown: did you mean pace\?/],
    [{ port: 'any' }, /^port must be a port/],
    [{ script: 'hello' }, /^script must be/],
  ])('refuses %j', async (options, message) => {
    await expect(localServer(options as object)).rejects.toThrow(message);
  });
});
