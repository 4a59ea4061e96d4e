import { inspect } from 'node:util';
import { createClient, type ClientOptions } from 'm8tes-rx';
import { raw, sample, text } from 'm8tes-rx/testing';
import { NEVER, type Observable } from 'rxjs';
import { calling, clientOf, KEY } from './api/calling';
import { nocked } from './api/nocked';
import { aBody, errorOf, settled, told, until } from './http/holding';
import { onPage } from './http/onPage';
import { listening } from './http/listening';
import { marbles } from './helpers/marbles';

type Client = ReturnType<typeof createClient>;
const message = 'hello';

/** POSTs that the server would do twice. [wire §2] */
const once: readonly (readonly [string, (client: Client) => Observable<unknown>])[] = [
  ['cancel', ({ runs }) => runs.cancel(7)],
  ['retry', ({ runs }) => runs.retry(7)],
  ['archive', ({ runs }) => runs.archive(7)],
  ['view', ({ runs }) => runs.view(7)],
  ['approve', ({ runs }) => runs.approve(7, { request_id: 'r', decision: 'allow' })],
  ['answer', ({ runs }) => runs.answer(7, { answers: {} })],
  ['updatePermissionMode', ({ runs }) => runs.updatePermissionMode(7, 'plan')],
  ['share', ({ runs }) => runs.share(7)],
  ['agents.create', ({ agents }) => agents.create({ name: 'Triage' })],
  ['agents.update', ({ agents }) => agents.update(7, {})],
  ['agents.enable', ({ agents }) => agents.enable(7)],
  ['agents.disable', ({ agents }) => agents.disable(7)],
  ['agents.unarchive', ({ agents }) => agents.unarchive(7)],
  ['tasks.create', ({ tasks }) => tasks.create({ agent_id: 7, instructions: 'triage' })],
  ['tasks.update', ({ tasks }) => tasks.update(7, {})],
  ['triggers.create', ({ tasks }) => tasks.triggers.create(7, { type: 'email' })],
  ['triggers.update', ({ tasks }) => tasks.triggers.update(7, 'email', {})],
  ['webhooks.create', ({ webhooks }) => webhooks.create({ url: 'https://a.test/' })],
  ['webhooks.update', ({ webhooks }) => webhooks.update(7, {})],
];

/** What may be asked again. */
const again: readonly (readonly [string, (client: Client) => Observable<unknown>])[] = [
  ['get', ({ runs }) => runs.get(7)],
  ['list', ({ runs }) => runs.list()],
  ['messages', ({ runs }) => runs.messages(7)],
  ['files', ({ runs }) => runs.files(7)],
  ['downloadFile', ({ runs }) => runs.downloadFile(7, 'a')],
  ['unshare', ({ runs }) => runs.unshare(7)],
  ['create', ({ runs }) => runs.create({ message })],
  ['create quietly', ({ runs }) => runs.create({ message, stream: false })],
  ['reply', ({ runs }) => runs.reply(7, { message })],
  ['tasks.run', ({ tasks }) => tasks.run(7)],
  ['agents.list', ({ agents }) => agents.list()],
  ['tasks.get', ({ tasks }) => tasks.get(7)],
  ['triggers.list', ({ tasks }) => tasks.triggers.list(7)],
  ['webhooks.deliveries', ({ webhooks }) => webhooks.deliveries(7)],
];

type Fetch = NonNullable<ClientOptions['fetch']>;
const status =
  (code: number, headers = {}) =>
  () =>
    Promise.resolve(new Response('no', { status: code, headers }));

/** How an attempt may fail for a passing reason. */
const passing: readonly (readonly [string, () => Promise<Response>])[] = [
  ['a status of 500', status(500)],
  ['a status of 503', status(503)],
  ['a status of 429', status(429, { 'retry-after': '0' })],
  [
    'a reset',
    () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })),
  ],
  ['a silence', () => new Promise(() => {})],
];
const lasting: readonly (readonly [string, () => Promise<Response>])[] = [
  ...[400, 401, 402, 403, 404, 409, 422].map(
    (code) => [`a status of ${code}`, status(code)] as const,
  ),
  ['a redirect', status(307, { location: 'https://evil.test' })],
  [
    'a page',
    () => Promise.resolve(new Response('<html>', { headers: { 'content-type': 'text/html' } })),
  ],
  ['a Retry-After beyond the longest wait', status(429, { 'retry-after': '31' })],
  [
    'a Retry-After of a date far away',
    status(503, { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' }),
  ],
];

const failing = (answer: () => Promise<Response>) => {
  const fetch = jest.fn<ReturnType<Fetch>, Parameters<Fetch>>(answer);
  const client = clientOf('https://api.test', {
    fetch,
    retries: { count: 2, delay: 0 },
    resume: false,
    timeouts: { request: 5 },
  });
  return { fetch, client };
};

beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(1)); // waits are whole
afterEach(() => jest.restoreAllMocks());

describe('createClient', () => {
  it('sends nothing before a call is subscribed to', async () => {
    const { fetch, client } = failing(status(200));
    for (const [, call] of [...once, ...again]) call(client);
    await settled();
    expect(fetch).not.toHaveBeenCalled();
  });

  describe.each(passing)('after %s', (_, answer) => {
    it.each(once)('never repeats %s', async (_, call) => {
      const { fetch, client } = failing(answer);
      await errorOf(call(client));
      expect(fetch).toHaveBeenCalledTimes(1);
    });

    it.each(again)('repeats %s, as often as it may', async (_, call) => {
      const { fetch, client } = failing(answer);
      expect(await errorOf(call(client))).toBeDefined();
      expect(fetch).toHaveBeenCalledTimes(3);
    });
  });

  it.each(lasting)('repeats nothing after %s', async (_, answer) => {
    for (const [name, call] of again) {
      const { fetch, client } = failing(answer);
      const error = await errorOf(call(client));
      if (name === 'unshare' || name === 'downloadFile') continue; // a page is an answer, too
      expect([name, error]).toEqual([name, expect.any(Error)]);
      expect([name, fetch.mock.calls.length]).toEqual([name, 1]);
    }
  });

  it('gives what a repeat was answered', async () => {
    const { client, sent } = nocked((_, index) =>
      index < 2 ? { status: 503 } : { body: { id: 7, status: 'running' } },
    );
    expect(await told(client.runs.get(7))).toEqual({ values: [{ id: 7, status: 'running' }] });
    expect(sent).toHaveLength(3);
  });

  it('surfaces how long it is asked to wait, when that is too long', async () => {
    const { client } = failing(status(429, { 'retry-after': '31' }));
    expect(await errorOf(client.runs.get(7))).toMatchObject({
      kind: 'rate-limit',
      retryAfter: 31_000,
    });
  });

  it('repeats nothing once an answer has begun', async () => {
    const held = aBody('{"id": 7,');
    held.fail(new TypeError('terminated'));
    const headers = { 'content-type': 'application/json' };
    const { fetch, client } = failing(() =>
      Promise.resolve(new Response(held.stream, { headers })),
    );
    expect(await errorOf(client.runs.get(7))).toMatchObject({ name: 'ConnectionError' });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it(
    'gives up on an answer after a minute, and again',
    marbles(({ expectObservable }) => {
      const silent = clientOf('https://api.test', {
        transport: () => NEVER,
        retries: {},
        timeouts: {},
      });
      const late = expect.objectContaining({
        name: 'RunTimeoutError',
        option: 'timeouts.request',
        limit: 60_000,
        message: expect.stringMatching(
          /^GET https:\/\/api\.test\/runs\/7 got no answer within 60000 ms/,
        ),
      });
      expectObservable(silent.runs.get(7)).toBe(`${3 * 60_000 + 500 + 1_000}ms #`, {}, late);
    }),
  );

  it('cancels the bodies of what it repeats', async () => {
    let count = 0;
    const { origin, sockets, asked } = await listening((_, response) => {
      if (++count === 3) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"id": 7, "status": "running"}');
      } else {
        response.writeHead(503); // and more than anyone wants to read
        const more = () => void (response.writable && response.write('x'.repeat(70_000), more));
        more();
      }
    });
    const { values } = await told(clientOf(origin).runs.get(7));
    expect(values).toEqual([{ id: 7, status: 'running' }]);
    expect(asked.length).toBe(3);
    await until(() => sockets() <= 1); // the last one is kept alive
  });

  describe('lets no redirect', () => {
    it.each([301, 302, 303, 307, 308])('of status %i carry the key elsewhere', async (code) => {
      const evil = await listening((_, response) => response.end('{}'));
      const { origin, asked } = await listening((_, response) => {
        response.writeHead(code, { location: `${evil.origin}/steal` }).end();
      });
      const client = clientOf(origin);
      for (const [, call] of [...once, ...again]) {
        const error = await errorOf(call(client));
        expect(error).toMatchObject({ name: 'ConnectionError' });
        expect(error.message).toContain(`was redirected to ${evil.origin}`);
      }
      expect(asked.length).toBe(once.length + again.length);
      await settled();
      expect(evil.asked).toEqual([]);
      expect(evil.connected()).toBe(0);
    });
  });

  describe('keeps the key to itself', () => {
    const show = (value: unknown): string =>
      [String(value), JSON.stringify(value), inspect(value, { depth: 9, showHidden: true })].join(
        '\n',
      );

    const secrets: readonly (readonly [string, string, () => Promise<Response>])[] = [
      [
        'an ApiError',
        'ApiError',
        () =>
          Promise.resolve(
            Response.json(
              {
                error: { message: `no such key: ${KEY}`, code: KEY, request_id: KEY, doc_url: KEY },
              },
              { status: 401 },
            ),
          ),
      ],
      [
        'an ApiError of text',
        'ApiError',
        () =>
          Promise.resolve(
            new Response(`Bearer ${KEY}?`, { status: 403, headers: { 'x-request-id': KEY } }),
          ),
      ],
      [
        'an ApiError of details',
        'ApiError',
        () =>
          Promise.resolve(Response.json({ detail: [{ loc: [KEY], msg: KEY }] }, { status: 422 })),
      ],
      [
        'a ConnectionError',
        'ConnectionError',
        () =>
          Promise.reject(
            new TypeError(`invalid header Bearer ${KEY}`, { cause: { code: 'X', message: KEY } }),
          ),
      ],
      [
        'a ConnectionError of a redirect',
        'ConnectionError',
        () =>
          Promise.resolve(
            new Response('', {
              status: 302,
              headers: { location: `https://${KEY.replaceAll('_', '-')}.test/?${KEY}` },
            }),
          ),
      ],
      ['a RunTimeoutError', 'RunTimeoutError', () => new Promise(() => {})],
      [
        'a DecodeError of a type',
        'DecodeError',
        () => Promise.resolve(new Response(KEY, { headers: { 'content-type': `text/${KEY}` } })),
      ],
      [
        'a DecodeError of a body',
        'DecodeError',
        () => Promise.resolve(Response.json({ id: KEY, status: { [KEY]: 1 } })),
      ],
    ];
    it.each(secrets)('in %s', async (_, name, answer) => {
      const { client } = failing(answer);
      const error = await errorOf(client.runs.get(7));
      expect(error.name).toBe(name);
      expect(show(error)).not.toContain(KEY);
    });

    it('in a fetch that throws at once', async () => {
      const { client } = failing(() => {
        throw new TypeError(`"Bearer ${KEY}" is an invalid header value`);
      });
      const error = await errorOf(client.runs.get(7));
      expect(error.name).toBe('ConnectionError');
      expect(show(error)).not.toContain(KEY);
    });

    it('in a StreamInterruptedError', async () => {
      const { client } = await calling(
        { script: sample, faults: [{ on: 'create', cut: { afterEvents: 2 } }] },
        { resume: false },
      );
      const error = await errorOf(client.runs.create({ message }));
      expect(error.name).toBe('StreamInterruptedError');
      expect(show(error)).not.toContain(KEY);
    });

    it('in an InvalidArgumentError', async () => {
      const { client } = failing(status(200));
      const error = await errorOf(
        client.runs.create({ message, [KEY]: 1 } as never, { idempotencyKey: `${KEY}\n` }),
      );
      expect(error.name).toBe('InvalidArgumentError');
      for (const apiKey of [`${KEY}\n`, `${KEY}\r\nX: 1`, ` ${KEY}`, `${KEY}\0`, `${KEY}ä`]) {
        let thrown: unknown;
        try {
          createClient({ apiKey, baseUrl: 'https://api.test' });
        } catch (error) {
          thrown = error;
        }
        expect(thrown).toMatchObject({ name: 'InvalidArgumentError', argument: 'apiKey' });
        expect(show(thrown)).not.toContain(KEY);
      }
    });

    it('in the client, its calls, and what it logs', async () => {
      const logged: unknown[] = [];
      const { client } = await calling(
        { script: sample },
        {
          onLog: (entry) => logged.push(entry),
          onConnection: (connection) => logged.push(connection),
        },
      );
      const run$ = client.runs.create({ message });
      await told(run$);
      for (const value of [
        client,
        client.runs,
        client.tasks,
        client.connection$,
        run$,
        client.runs.get(7),
        logged,
      ]) {
        expect(inspect(value, { depth: 9, showHidden: true })).not.toContain(KEY);
      }
      expect(JSON.stringify([client, logged])).not.toContain(KEY);
      expect(logged).not.toEqual([]);
    });
  });

  it('tells of the connections of all its streams', async () => {
    const { client } = await calling({ script: sample });
    const states: string[] = [];
    const subscription = client.connection$.subscribe(({ state, run_id }) =>
      states.push(`${state} ${run_id}`),
    );
    await told(client.runs.create({ message }));
    subscription.unsubscribe();
    await told(client.runs.create({ message }));
    expect(states).toEqual(['connecting undefined', 'open undefined', 'closed 123']);
  });

  it.each(['onConnection', 'onLog'] as const)(
    'gives a stream to its end, though %s throws',
    async (name) => {
      const fail = () => {
        throw new RangeError('of the listener');
      };
      const { client } = await calling(
        {
          script: function* () {
            yield* raw('data: not JSON\n\n');
            yield { type: 'hologram' };
            yield* text('one ', 'two');
          },
          faults: [{ on: 'create', cut: { afterEvents: 3 } }],
        },
        { [name]: fail, resume: { delay: 0 } },
      );
      const { values, error } = await told(client.runs.create({ message }));
      expect(error).toBeUndefined();
      expect(values.map(({ type }) => type).slice(0, 3)).toEqual([
        ...['metadata', 'malformed', 'unknown'],
      ]);
      const words = values.map((event) => (event.type === 'text-delta' ? event.delta : ''));
      expect([words.join(''), values.at(-1)?.type]).toEqual(['one two', 'done']);
      const refused = clientOf('https://api.test', { [name]: fail, fetch: status(422) });
      expect(await errorOf(refused.runs.create({ message }))).toMatchObject({ kind: 'invalid' });
    },
  );

  it('gives every call an error of its own, whatever a fetch rejects with', async () => {
    const ring: Error & { cause?: unknown } = new Error('in a ring');
    ring.cause = ring;
    const touchy = Object.defineProperty(new Error('touchy'), 'cause', {
      get: () => {
        throw new RangeError('do not touch');
      },
    });
    for (const reason of [ring, touchy, new Error('deep', { cause: touchy })]) {
      const { client } = failing(() => Promise.reject(reason));
      for (const [name, call] of [...once, ...again]) {
        const error = await errorOf(call(client));
        expect([name, error]).toMatchObject([name, { name: 'ConnectionError' }]);
      }
    }
  });

  it("does not hang on a record that stops, where a stream's run is to be found", async () => {
    const { origin, asked, sockets } = await listening(({ method, url }, response) => {
      if (method === 'POST') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end('data: {"type":"metadata","payload":{"run_id":7}}\n\n');
      } else if (url?.endsWith('/stream')) {
        response.writeHead(409).end();
      } else {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"id": 7,');
      }
    });
    const client = clientOf(origin, {
      resume: { attempts: 2, delay: 0 },
      timeouts: { request: 20 },
    });
    const { values, error } = await told(client.runs.create({ message }));
    expect(values).toHaveLength(1);
    expect(error).toMatchObject({ name: 'StreamInterruptedError', run_id: 7 });
    expect(asked.filter(({ url }) => url === '/runs/7').length).toBeGreaterThan(0);
    await until(() => sockets() <= 1); // one that was answered may be kept alive
  });

  it('needs a key, and says so', () => {
    const { M8TES_API_KEY } = process.env;
    delete process.env['M8TES_API_KEY'];
    expect(() => createClient()).toThrow(/^apiKey is missing/);
    if (M8TES_API_KEY !== undefined) process.env['M8TES_API_KEY'] = M8TES_API_KEY;
  });

  describe('of a relay', () => {
    const { M8TES_API_KEY } = process.env;
    beforeEach(() => {
      process.env['M8TES_API_KEY'] = KEY;
      onPage('https://page.test/app');
    });
    afterEach(() => {
      delete process.env['M8TES_API_KEY'];
      if (M8TES_API_KEY !== undefined) process.env['M8TES_API_KEY'] = M8TES_API_KEY;
    });

    /** A relay that answers so, and what it was asked. */
    const relaying = (answer: (asked: string) => readonly [string, object?, number?]) => {
      const sent: { readonly asked: string; readonly init: RequestInit }[] = [];
      const client = createClient({
        relay: '/m8tes',
        resume: { delay: 0 },
        timeouts: { linger: 20 },
        fetch: (url, init) => {
          const asked = `${init.method} ${url}`;
          sent.push({ asked, init });
          const [body, headers = {}, status = 200] = answer(asked);
          const type = {
            'content-type': /^[{[]/.test(body) ? 'application/json' : 'text/event-stream',
          };
          return Promise.resolve(new Response(body, { status, headers: { ...type, ...headers } }));
        },
      });
      return { client, sent };
    };
    const line = (event: object, id: string): string =>
      `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
    const begun = line({ type: 'metadata', payload: { run_id: 7 } }, 'g-1-a');
    const words = line({ type: 'text-delta', delta: 'hi' }, 'g-2-b');
    const rest = line({ type: 'done' }, 'g-3-c');

    it('sends what it sends to the API, but for the key, and heals behind its last id', async () => {
      const { client, sent } = relaying((asked) =>
        asked.startsWith('POST') ? [begun + words] : [rest, { 'm8tes-resumed': 'g-2-b' }],
      );
      const { values, error } = await told(client.runs.streamText({ message }));
      expect([values, error]).toEqual([['hi'], undefined]);
      expect(sent.map(({ asked }) => asked)).toEqual([
        'POST /m8tes/runs/',
        'GET /m8tes/runs/7/stream',
      ]);
      const [{ init: create }, { init: join }] = sent as [(typeof sent)[0], (typeof sent)[0]];
      expect(JSON.parse(create.body as string)).toEqual({ message, stream: true });
      expect(create.headers).toHaveProperty('idempotency-key');
      expect(join.headers).toEqual({ accept: 'text/event-stream', 'last-event-id': 'g-2-b' });
      for (const { init } of sent) {
        expect(init).toMatchObject({ credentials: 'same-origin', redirect: 'manual' });
        expect(Object.keys(init.headers!)).not.toContain('authorization');
        expect(inspect(init)).not.toContain(KEY);
      }
    });

    it('joins a run that has ended, whose log lives, with events that the page has', async () => {
      const over = JSON.stringify({ id: 7, status: 'completed', output: 'hi' });
      const { client } = relaying((asked) =>
        asked.endsWith('/stream')
          ? [`event: reset\ndata:\n\n${begun}${words}${rest}data: [DONE]\n\n`]
          : [over],
      );
      const all = await told(client.runs.join(7));
      expect(all.values.map(({ type }) => type)).toEqual(['metadata', 'text-delta', 'done']);
      const after = all.values.slice(0, 2);
      expect((await told(client.runs.join(7, { after }))).values).toEqual([{ type: 'done' }]);
    });

    it('is refused, by what a person can do', async () => {
      const { client } = relaying(() => ['{}', {}, 401]);
      const error = await errorOf(client.runs.get(7));
      expect(error).toMatchObject({ name: 'ApiError', kind: 'unauthorized' });
      expect(error.message).toMatch(/^GET \/m8tes\/runs\/7 was refused .*sign in/);
    });
  });
});
