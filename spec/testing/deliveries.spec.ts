import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { verifyWebhook } from 'm8tes-rx/server';
import { approval, fail, text } from 'm8tes-rx/testing';
import { aDoor, asksPeople, forever } from './held';
import { receiving, type Status } from './receiving';
import { served, until, type Json } from './served';

/** A server with an endpoint, and what that was told. */
const told = async (
  options: Parameters<typeof served>[0] = {},
  body: Readonly<Record<string, unknown>> = {},
  ...statuses: readonly Status[]
) => {
  const receiver = await receiving(...statuses);
  const all = await served(options);
  const { json } = await all.post('/webhooks/', { url: receiver.url, ...body });
  const at = `/webhooks/${String(json['id'])}`;
  const deliveries = async (): Promise<readonly Json[]> =>
    (await all.get(`${at}/deliveries`)).items;
  /** The deliveries, once none of so many is on its way. */
  const settled = async (count: number): Promise<readonly Json[]> => {
    let list: readonly Json[] = [];
    await until(async () => {
      list = await deliveries();
      return list.length === count && list.every(({ status }) => status !== 'pending');
    });
    return list;
  };
  return { ...all, ...receiver, at, secret: String(json['secret']), deliveries, settled };
};

describe('webhooks', () => {
  it('go out, signed, and are kept as deliveries', async () => {
    const { finished, settled, arrived, secret } = await told({ script: () => text('Hi') });
    const run = await finished({ metadata: { a: 1 } });
    const [completed, started] = await settled(2);
    expect(started).toMatchObject({ id: 1, event_type: 'run.started', status: 'success' });
    expect(completed).toEqual({
      id: 2,
      webhook_endpoint_id: 1,
      event_type: 'run.completed',
      event_id: expect.stringMatching(/^evt_/),
      run_id: run.id,
      status: 'success',
      response_status_code: 204,
      attempts: 1,
      next_retry_at: null,
      error: null,
      created_at: expect.any(String),
    });
    expect(completed?.['event_id']).not.toBe(started?.['event_id']);
    const events = await Promise.all(
      arrived.map(async ({ headers, body }) => {
        expect(headers).toMatchObject({ 'content-type': 'application/json' });
        return [headers['webhook-id'], await verifyWebhook({ headers, body, secret })];
      }),
    );
    expect(events).toContainEqual([
      completed?.['event_id'],
      {
        type: 'run.completed',
        id: completed?.['event_id'],
        created_at: completed?.['created_at'],
        run_id: run.id,
        data: expect.objectContaining({ output: 'Hi', status: 'completed', metadata: { a: 1 } }),
      },
    ]);
  });

  it('tell only what was asked for, and only while the endpoint is active', async () => {
    const { finished, settled, kinds, call, at } = await told({}, { events: ['run.completed'] });
    await finished();
    await settled(1);
    await call('PATCH', at, { active: false });
    await finished();
    await call('PATCH', at, { active: true, events: ['run.started', 'run.failed'] });
    await finished();
    await settled(2);
    expect(kinds()).toEqual(['run.completed', 'run.started']);
  });

  it('tell no account of the runs of another', async () => {
    const { start, settled, finished, arrived } = await told({}, { events: ['run.started'] });
    await finished({}, { key: 'm8_other' });
    const { id } = await start();
    await settled(1);
    const runs = arrived.map(({ body }) => (JSON.parse(body.toString()) as Json)['run_id']);
    expect(runs).toEqual([id]);
  });

  it('tell of failures', async () => {
    const { start, reached, settled, kinds } = await told({ script: () => fail('dead') });
    await start();
    await reached(123, 'failed');
    await settled(2);
    expect(kinds()).toEqual(['run.failed', 'run.started']);
  });

  it('tell of what is asked', async () => {
    const { start, reached, post, settled, kinds } = await told({
      script: function* () {
        yield* approval({ tool_name: 'gmail_send' });
      },
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    await settled(2);
    expect(kinds()).toEqual(['run.awaiting_input', 'run.started']);
    await post('/runs/123/cancel');
    await settled(3);
    expect(kinds()).toContain('run.cancelled');
  });

  it('tell of messages, and of those that nobody will read', async () => {
    const { start, post, settled, kinds } = await told({ script: forever });
    await start();
    await post('/runs/123/reply', { message: 'and' });
    await post('/runs/123/reply', { message: 'then' });
    await post('/runs/123/cancel');
    await settled(6);
    expect(kinds()).toEqual([
      'run.cancelled',
      ...['run.message_cancelled', 'run.message_cancelled'],
      ...['run.message_received', 'run.message_received'],
      'run.started',
    ]);
  });

  it('call a run completed when it comes to rest, each time', async () => {
    const door = aDoor();
    const { start, post, reached, settled, kinds } = await told({
      script: function* ({ turn }) {
        if (turn === 0) yield* door.wait();
      },
    });
    await start();
    await post('/runs/123/reply', { message: 'more', stream: false });
    door.open();
    await reached(123);
    await post('/runs/123/reply', { message: 'and more' });
    await settled(5);
    expect(kinds()).toEqual([
      ...['run.completed', 'run.completed'],
      ...['run.message_received', 'run.message_received'],
      'run.started',
    ]);
  });

  describe('that are not taken', () => {
    const started = { events: ['run.started'] };

    it('come again, signed anew under the same id, and then are delivered', async () => {
      const { start, settled, arrived, secret } = await told({}, started, 500, 302);
      await start();
      const [delivery] = await settled(1);
      expect(delivery).toMatchObject({
        status: 'success',
        attempts: 3,
        response_status_code: 204,
        error: null,
      });
      expect(arrived.map(({ path }) => path)).toEqual(['/webhooks', '/webhooks', '/webhooks']);
      const ids = await Promise.all(
        arrived.map(async ({ headers, body }) => {
          const event = await verifyWebhook({ headers, body, secret });
          expect(event).toMatchObject({ type: 'run.started' });
          return headers['webhook-id'];
        }),
      );
      expect(new Set(ids).size).toBe(1);
    });

    it('have failed after five tries', async () => {
      const { start, settled, arrived } = await told({}, started, 500, 500, 500, 500, 503);
      await start();
      const [delivery] = await settled(1);
      expect(delivery).toMatchObject({
        status: 'failed',
        attempts: 5,
        response_status_code: 503,
        next_retry_at: null,
        error: 'the endpoint answered with 503',
      });
      expect(arrived).toHaveLength(5);
    });

    it('wait longer each time, by the pace of the server', async () => {
      const { start, settled, arrived } = await told({ pace: 1 }, started, 500, 500);
      await start();
      expect(await settled(1)).toMatchObject([{ status: 'success', attempts: 3 }]);
      const [first, second, third] = arrived.map(({ at }) => at);
      // 40 and 200 times the pace; a timer may be a millisecond early.
      expect(second! - first!).toBeGreaterThanOrEqual(39);
      expect(third! - second!).toBeGreaterThanOrEqual(199);
    });

    it('are pending meanwhile, and say when they come again', async () => {
      const { start, deliveries } = await told({ pace: 1_000 }, started, 500);
      await start();
      await until(async () => (await deliveries())[0]?.['attempts'] === 1);
      const [delivery] = await deliveries();
      expect(delivery).toMatchObject({
        status: 'pending',
        response_status_code: 500,
        error: 'the endpoint answered with 500',
      });
      const retry = Date.parse(String(delivery?.['next_retry_at']));
      expect(retry - Date.parse(String(delivery?.['created_at']))).toBeGreaterThanOrEqual(40_000);
    });

    it('are given up when the endpoint rests', async () => {
      const answer: { give?: (status: number) => void } = {};
      const { start, call, at, settled, arrived } = await told(
        {},
        started,
        new Promise((resolve) => (answer.give = resolve)),
      );
      await start();
      await until(() => arrived.length === 1);
      await call('PATCH', at, { active: false });
      answer.give?.(500);
      expect(await settled(1)).toMatchObject([
        { status: 'failed', attempts: 1, error: 'the endpoint is no longer active' },
      ]);
      expect(arrived).toHaveLength(1);
    });

    it('say so when nobody is there', async () => {
      const { start, settled } = await told({}, { ...started, url: 'http://127.0.0.1:1/webhooks' });
      await start();
      const [delivery] = await settled(1);
      expect(delivery).toMatchObject({
        status: 'failed',
        attempts: 5,
        response_status_code: null,
        error: expect.stringContaining('ECONNREFUSED'),
      });
    });

    /** An endpoint that says something of its own to every connection. */
    const saying = async (say: (socket: Socket) => void): Promise<string> => {
      const open = new Set<Socket>();
      const server = createServer((socket) => {
        open.add(socket.on('error', () => {}));
        socket.once('data', () => say(socket));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      leave.push(() => {
        for (const socket of open) socket.destroy();
        server.close();
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    };
    const leave: (() => void)[] = [];
    afterEach(() => leave.splice(0).forEach((left) => left()));

    it.each([
      ['goes without a word', (socket: Socket) => socket.destroy(), 'socket hang up'],
      ['speaks no HTTP', (socket: Socket) => socket.end('hello'), /^Parse Error/],
      [
        'wants to speak something else',
        (socket: Socket) =>
          socket.write(
            'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
          ),
        'the endpoint closed the connection instead of answering',
      ],
    ])('say that the endpoint %s', async (_, say, error) => {
      const { start, settled } = await told({}, { ...started, url: await saying(say) });
      await start();
      const [delivery] = await settled(1);
      expect(delivery).toMatchObject({ status: 'failed', attempts: 5, response_status_code: null });
      expect(delivery?.['error']).toEqual(expect.stringMatching(error));
    });

    it.each(['HTTPS://127.0.0.1:1/', 'http://%ff@127.0.0.1:1/'])(
      'say so of a URL that leads nowhere: %s',
      async (url) => {
        const { start, settled } = await told({}, { ...started, url });
        await start();
        expect(await settled(1)).toMatchObject([
          { status: 'failed', attempts: 5, error: expect.stringMatching(/ECONNREFUSED|malformed/) },
        ]);
      },
    );

    it('do not wait for an endpoint that never comes to its point', async () => {
      const { setTimeout } = globalThis;
      const hurried = jest.spyOn(globalThis, 'setTimeout');
      hurried.mockImplementation(((run: () => void, ms: number) =>
        setTimeout(run, ms === 10_000 ? 100 : ms)) as typeof setTimeout);
      leave.push(() => hurried.mockRestore());
      const url = await saying((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('x-more: to come\r\n'), 10);
        socket.once('close', () => clearInterval(timer));
      });
      const { start, settled } = await told({}, { ...started, url });
      await start();
      expect(await settled(1)).toMatchObject([
        { status: 'failed', attempts: 5, error: 'the endpoint did not answer within 10000 ms' },
      ]);
    });

    it('let go of an endpoint that says nothing, when the server closes', async () => {
      const { server, start, arrived, connections } = await told({}, started, 0);
      await start();
      await until(() => arrived.length === 1);
      expect(await connections()).toBe(1);
      await server.close();
      await until(async () => (await connections()) === 0);
    });
  });

  describe('to anywhere but loopback', () => {
    it.each([
      'https://example.com/webhooks',
      'http://192.168.0.1/',
      'http://127.0.0.1.example.com/',
      'http://localhost.example.com/',
      'http://0.0.0.0:1/',
      'http://[::2]/',
      'http://user:127.0.0.1@example.com/',
    ])('are never sent, and say so: %s', async (url) => {
      const { finished, settled, arrived } = await told({}, { url, events: ['run.completed'] });
      await finished();
      const [delivery] = await settled(1);
      expect(delivery).toMatchObject({
        status: 'failed',
        attempts: 0,
        response_status_code: null,
        next_retry_at: null,
        error: expect.stringMatching(/loopback alone .*: nothing was sent$/),
      });
      expect(arrived).toEqual([]);
    });

    it.each(['localhost', '127.1', '0x7f000001'])('is not %s', async (host) => {
      const { url } = await receiving();
      const { port } = new URL(url);
      const { finished, settled } = await told(
        {},
        { url: `http://${host}:${port}/`, events: ['run.completed'] },
      );
      await finished();
      expect(await settled(1)).toMatchObject([{ status: 'success', attempts: 1 }]);
    });
  });

  it('are signed with a secret that was rotated meanwhile', async () => {
    const { finished, settled, call, at, arrived, secret } = await told(
      {},
      { events: ['run.started'] },
    );
    const { json } = await call('PATCH', at, { rotate_secret: true });
    await finished();
    await settled(1);
    const { headers, body } = arrived[0]!;
    const verified = (secret: string) => verifyWebhook({ headers, body, secret });
    await expect(verified(secret)).rejects.toThrow();
    expect(await verified(String(json['secret']))).toMatchObject({ type: 'run.started' });
  });
});
