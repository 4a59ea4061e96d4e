import { EMPTY, map, of, take, type Observable } from 'rxjs';
import { createClient, type Client, type ListParams, type RunStatus } from 'm8tes-rx';
import { DecodeError, InvalidArgumentError } from '../../lib/errors';
import { runRoutes } from '../../lib/api/runRoutes';
import { responseOf } from '../../lib/http/fetching';
import { marbles } from '../helpers/marbles';
import { aBody, errorOf, settled, told, until } from '../http/holding';
import { listening } from '../http/listening';
import { file, text } from 'm8tes-rx/testing';
import { calling, clientOf, KEY } from './calling';
import { nocked } from './nocked';

type Runs = Client['runs'];
const run = { id: 7, status: 'running' };
const request = { request_id: 'req_1', status: 'pending' };
const share = { share_token: 't', share_url: 'https://share.test/t' };

interface Row {
  readonly call: (runs: Runs) => Observable<unknown>;
  readonly sends: string;
  readonly body?: object;
  /** What is answered, and given as it is; or item by item, where it is a list. */
  readonly answer?: unknown;
  readonly gives?: readonly unknown[];
  /** What is no JSON is not read. */
  readonly accept?: '*/*';
}

/** Every route: the call, and the request it is. [wire §1 Routes] */
const rows: readonly Row[] = [
  { call: (runs) => runs.get(7), sends: 'GET /runs/7', answer: run },
  { call: (runs) => runs.get(7, {}), sends: 'GET /runs/7', answer: run },
  { call: (runs) => runs.get(7, { user_id: undefined }), sends: 'GET /runs/7', answer: run },
  {
    call: (runs) => runs.get(7, { user_id: 'a&b' }),
    sends: 'GET /runs/7?user_id=a%26b',
    answer: run,
  },
  { call: (runs) => runs.cancel(7), sends: 'POST /runs/7/cancel', body: {}, answer: run },
  {
    call: (runs) => runs.cancel(7, { user_id: 'ada' }),
    sends: 'POST /runs/7/cancel?user_id=ada',
    body: {},
    answer: run,
  },
  { call: (runs) => runs.retry(7), sends: 'POST /runs/7/retry', body: {}, answer: run },
  {
    call: (runs) => runs.retry(7, { confirm: true, use_credits: false }),
    sends: 'POST /runs/7/retry?confirm=true&use_credits=false',
    body: {},
    answer: run,
  },
  { call: (runs) => runs.archive(7), sends: 'POST /runs/7/archive', body: {}, answer: run },
  { call: (runs) => runs.view(7), sends: 'POST /runs/7/view', body: {}, answer: run },
  {
    call: (runs) => runs.view(7, { user_id: 'ada' }),
    sends: 'POST /runs/7/view?user_id=ada',
    body: {},
    answer: run,
  },
  {
    call: (runs) => runs.outcome(7),
    sends: 'GET /runs/7/outcome',
    answer: { run_id: 7, cost_usd: '0.10' },
  },
  {
    call: (runs) => runs.messages(7),
    sends: 'GET /runs/7/messages',
    answer: [{ id: 1 }, { id: 'm_2' }],
  },
  {
    call: (runs) => runs.messages(7, { after_sequence: 0, limit: 2 }),
    sends: 'GET /runs/7/messages?after_sequence=0&limit=2',
    answer: [],
  },
  { call: (runs) => runs.check(), sends: 'GET /runs/check', answer: { total_count: 2 } },
  {
    call: (runs) => runs.check({ user_id: 'ada' }),
    sends: 'GET /runs/check?user_id=ada',
    answer: {},
  },
  { call: (runs) => runs.permissions(7), sends: 'GET /runs/7/permissions', answer: [request] },
  {
    call: (runs) => runs.approve(7, { request_id: 'req_1', decision: 'allow' }),
    sends: 'POST /runs/7/approve',
    body: { request_id: 'req_1', decision: 'allow', remember: false },
    answer: request,
  },
  {
    call: (runs) =>
      runs.approve(7, { request_id: 'req_1', decision: 'deny', remember: true, reason: 'no' }),
    sends: 'POST /runs/7/approve',
    body: { request_id: 'req_1', decision: 'deny', remember: true, reason: 'no' },
    answer: request,
  },
  {
    call: (runs) => runs.answer(7, { answers: { 'Which team?': 'A' } }),
    sends: 'POST /runs/7/answer',
    body: { answers: { 'Which team?': 'A' } },
    answer: { status: 'ok', resumed: true },
  },
  {
    call: (runs) =>
      runs.answer(7, { answers: { 'Plan Approval': 'Approve' }, request_id: 'req_1' }),
    sends: 'POST /runs/7/answer',
    body: { answers: { 'Plan Approval': 'Approve' }, request_id: 'req_1' },
    answer: { status: 'ok', resumed: false },
  },
  {
    call: (runs) => runs.updatePermissionMode(7, 'autonomous'),
    sends: 'PATCH /runs/7/permission-mode',
    body: { permission_mode: 'autonomous' },
    answer: { permission_mode: 'autonomous' },
  },
  {
    call: (runs) => runs.files(7),
    sends: 'GET /runs/7/files',
    answer: [{ name: 'a.txt', size: 3 }, { name: 'b' }],
  },
  { call: (runs) => runs.share(7), sends: 'POST /runs/7/share', body: {}, answer: share },
  {
    call: (runs) => runs.list(),
    sends: 'GET /runs/',
    answer: { data: [run], has_more: false },
    gives: [run],
  },
  {
    call: (runs) => runs.downloadFile(7, 'a.txt'),
    sends: 'GET /runs/7/files/a.txt/download',
    answer: 'content',
    gives: [Uint8Array.from(Buffer.from('content'))],
    accept: '*/*',
  },
  {
    call: (runs) => runs.unshare(7),
    sends: 'DELETE /runs/7/share',
    answer: { status: 'ok' },
    gives: [],
    accept: '*/*',
  },
];

/** What streams or waits: what they send is in the spec of `createRuns`. */
const elsewhere = [
  ...['create', 'reply', 'join', 'stream', 'streamText'],
  ...['poll', 'wait', 'createAndWait', 'replyAndWait'],
];

/** Which call a row is of. */
const calledBy = ({ call }: Row): string => {
  let called = '';
  call(
    new Proxy({} as Runs, {
      get: (_, name) => {
        called = String(name);
        return () => EMPTY;
      },
    }),
  );
  return called;
};

describe('runRoutes', () => {
  it('has a row for every call of a client that asks once and answers once', () => {
    const { runs } = createClient({ apiKey: KEY });
    expect([...new Set(rows.map(calledBy)), ...elsewhere].sort()).toEqual(Object.keys(runs).sort());
  });

  it.each(rows)('asks $sends', async ({ call, sends, body, answer, gives, accept }) => {
    const { client, sent } = nocked({ body: answer });
    const call$ = call(client.runs);
    await settled();
    expect(sent).toEqual([]);
    const values = gives ?? (Array.isArray(answer) ? answer : [answer]);
    expect(await told(call$)).toEqual({ values });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([sends]);
    expect(sent[0]?.body).toEqual(body ?? '');
    expect(sent[0]?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      accept: accept ?? 'application/json',
      ...(body && { 'content-type': 'application/json' }),
    });
    expect(sent[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  const readRows = rows.filter(({ accept }) => accept === undefined);
  it.each(readRows)('does not take what is not the answer of $sends', async ({ call, answer }) => {
    for (const body of [null, 7, Array.isArray(answer) ? { secret: 1 } : [{ secret: 1 }]]) {
      const { client } = nocked({ body });
      const error = await errorOf(call(client.runs));
      expect(error).toBeInstanceOf(DecodeError);
      expect(error.message).toMatch(/^(GET|POST|PATCH) \S+ was answered with what is not \w/);
      expect(error.message).not.toContain('secret');
    }
  });

  const bad = (call: (runs: Runs) => Observable<unknown>) =>
    call as (runs: never) => Observable<unknown>;
  /** A call from JavaScript, and the parameter it is refused for. */
  const refusals: readonly (readonly [string, (runs: never) => Observable<unknown>])[] = [
    ...[0, -1, 1.5, NaN, '7', '..', null, undefined, {}].flatMap((id) =>
      [
        (runs: Runs) => runs.get(id as number),
        (runs: Runs) => runs.cancel(id as number),
        (runs: Runs) => runs.retry(id as number),
        (runs: Runs) => runs.archive(id as number),
        (runs: Runs) => runs.view(id as number),
        (runs: Runs) => runs.outcome(id as number),
        (runs: Runs) => runs.messages(id as number),
        (runs: Runs) => runs.permissions(id as number),
        (runs: Runs) => runs.approve(id as number, { request_id: 'r', decision: 'allow' }),
        (runs: Runs) => runs.answer(id as number, { answers: {} }),
        (runs: Runs) => runs.updatePermissionMode(id as number, 'plan'),
        (runs: Runs) => runs.files(id as number),
        (runs: Runs) => runs.downloadFile(id as number, 'a'),
        (runs: Runs) => runs.share(id as number),
        (runs: Runs) => runs.unshare(id as number),
      ].map((call) => ['runId', bad(call)] as const),
    ),
    ...[null, 7, 'ada', []].flatMap((options) =>
      [
        (runs: Runs) => runs.get(7, options as object),
        (runs: Runs) => runs.list({}, options as object),
        (runs: Runs) => runs.list(options as object),
        (runs: Runs) => runs.cancel(7, options as object),
        (runs: Runs) => runs.retry(7, options as object),
        (runs: Runs) => runs.archive(7, options as object),
        (runs: Runs) => runs.messages(7, options as object),
        (runs: Runs) => runs.check(options as object),
        (runs: Runs) => runs.approve(7, options as never),
        (runs: Runs) => runs.answer(7, options as never),
        (runs: Runs) => runs.downloadFile(7, 'a', options as object),
        (runs: Runs) => runs.unshare(7, options as object),
      ].map((call) => ['parameters', bad(call)] as const),
    ),
    ...[null, '', ' ', 7, {}].flatMap((user_id) =>
      [
        (runs: Runs) => runs.get(7, { user_id } as object),
        (runs: Runs) => runs.cancel(7, { user_id } as object),
        (runs: Runs) => runs.view(7, { user_id } as object),
        (runs: Runs) => runs.check({ user_id } as object),
        (runs: Runs) => runs.list({ user_id } as object),
      ].map((call) => ['user_id', bad(call)] as const),
    ),
    // Where it would go unheard.
    ...[
      (runs: Runs) => runs.archive(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.retry(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.outcome(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.messages(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.permissions(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.files(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.share(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.unshare(7, { user_id: 'ada' } as object),
      (runs: Runs) => runs.list({}, { user_id: 'ada' } as object),
    ].map((call) => ['user_id', bad(call)] as const),
    ...[null, 'stop', {}].flatMap((signal) => [
      ['signal', bad((runs) => runs.get(7, { signal } as object))] as const,
      ['signal', bad((runs) => runs.archive(7, { signal } as object))] as const,
      ['signal', bad((runs) => runs.list({}, { signal } as object))] as const,
      ['signal', bad((runs) => runs.downloadFile(7, 'a', { signal } as object))] as const,
    ]),
    ['confirm', bad((runs) => runs.retry(7, { confirm: 'yes' } as object))],
    ['use_credits', bad((runs) => runs.retry(7, { use_credits: null } as object))],
    ['after_sequence', bad((runs) => runs.messages(7, { after_sequence: -1 }))],
    ['limit', bad((runs) => runs.messages(7, { limit: 101 }))],
    ['limit', bad((runs) => runs.list({ limit: 0 }))],
    ['teammate_id', bad((runs) => runs.list({ teammate_id: '7' } as object))],
    ['task_id', bad((runs) => runs.list({ task_id: 0 }))],
    ['status', bad((runs) => runs.list({ status: '' as never }))],
    ['starting_after', bad((runs) => runs.list({ starting_after: null } as object))],
    ['userId', bad((runs) => runs.list({ userId: 'ada' } as object))],
    ['request_id', bad((runs) => runs.approve(7, { decision: 'allow' } as never))],
    ['decision', bad((runs) => runs.approve(7, { request_id: 'r' } as never))],
    ['decision', bad((runs) => runs.approve(7, { request_id: 'r', decision: 'yes' } as never))],
    [
      'remember',
      bad((runs) => runs.approve(7, { request_id: 'r', decision: 'allow', remember: 1 } as never)),
    ],
    [
      'remember',
      bad((runs) =>
        runs.approve(7, { request_id: 'r', decision: 'allow', remember: null } as never),
      ),
    ],
    ['answers', bad((runs) => runs.answer(7, {} as never))],
    ['answers', bad((runs) => runs.answer(7, { answers: ['A'] } as never))],
    ['request_id', bad((runs) => runs.answer(7, { answers: {}, request_id: '' }))],
    ['permission_mode', bad((runs) => runs.updatePermissionMode(7, 'auto' as never))],
    ['permission_mode', bad((runs) => runs.updatePermissionMode(7, undefined as never))],
    ['name', bad((runs) => runs.downloadFile(7, ''))],
    ['name', bad((runs) => runs.downloadFile(7, '..'))],
    ['name', bad((runs) => runs.downloadFile(7, 'a/b'))],
    ['name', bad((runs) => runs.downloadFile(7, null as never))],
  ];

  it('refuses what is unusable before anything is sent, naming the parameter', async () => {
    const { client, sent } = nocked();
    for (const [argument, call] of refusals) {
      const error = await errorOf(call(client.runs as never)); // in its channel: nothing is thrown
      expect([call.toString(), error]).toEqual([call.toString(), expect.any(InvalidArgumentError)]);
      expect([call.toString(), error]).toMatchObject([call.toString(), { argument }]);
    }
    expect(sent).toEqual([]);
  });

  it.each(['b c.txt', 'ä.txt', "it's (1)*!.txt", '%2e%2e', 'a?b#c'])(
    'downloads the file %j',
    async (name) => {
      const { client, sent } = nocked({
        body: 'content',
        headers: { 'content-type': 'text/html' },
      });
      const { values } = await told(client.runs.downloadFile(7, name));
      expect(Buffer.concat(values).toString()).toBe('content');
      expect(sent[0]?.path).toMatch(/^\/runs\/7\/files\/[^/?#]+\/download$/);
      expect(decodeURIComponent(sent[0]!.path.split('/')[4]!)).toBe(name);
      expect(sent[0]?.headers['accept']).toBe('*/*');
    },
  );

  it('takes a link back, and says nothing', async () => {
    const { client } = nocked({ status: 204 });
    expect(await told(client.runs.unshare(7))).toEqual({ values: [] });
  });

  it('ends a call with the reason of its signal', async () => {
    const { client, sent } = nocked({ body: run });
    const signal = AbortSignal.abort('enough');
    for (const call of [
      client.runs.get(7, { signal }),
      client.runs.list({}, { signal }),
      client.runs.archive(7, { signal }),
      client.runs.downloadFile(7, 'a', { signal }),
    ]) {
      expect(await told<unknown>(call)).toEqual({ values: [], error: 'enough' });
    }
    expect(sent).toEqual([]);
  });

  describe('list', () => {
    it.each<[ListParams | undefined, string]>([
      [undefined, '/runs/'],
      [{}, '/runs/'],
      [{ status: undefined, limit: 5 }, '/runs/?limit=5'],
      [
        {
          teammate_id: 1,
          task_id: 2,
          user_id: 'ada',
          status: 'running',
          limit: 100,
          starting_after: 9,
        },
        '/runs/?teammate_id=1&task_id=2&user_id=ada&status=running&limit=100&starting_after=9',
      ],
      [{ status: 'dreaming' as RunStatus }, '/runs/?status=dreaming'], // a newer server's
    ])('of %j asks GET %s', async (params, path) => {
      const { client, sent } = nocked({ body: { data: [run], has_more: false } });
      expect(await told(client.runs.list(params))).toEqual({ values: [run] });
      expect(sent).toMatchObject([{ method: 'GET', path }]);
    });

    const page = (...ids: readonly number[]) => ({
      data: ids.map((id) => ({ id, status: 'completed', output: null })),
      has_more: true,
    });

    it('fetches a page as its items are taken, under the same filters', async () => {
      const { client, sent } = nocked((_, index) => ({
        body: [
          page(9, 8),
          { ...page(7, 6), next_starting_after: 60 },
          { ...page(5), has_more: false },
        ][index],
      }));
      const { values } = await told(client.runs.list({ limit: 2, user_id: 'ada' }).pipe(take(3)));
      expect(values).toEqual([9, 8, 7].map((id) => ({ id, status: 'completed' })));
      expect(sent.map(({ path }) => path)).toEqual([
        '/runs/?limit=2&user_id=ada',
        '/runs/?limit=2&user_id=ada&starting_after=8',
      ]);
      expect((await told(client.runs.list())).values).toHaveLength(1);
    });

    it('comes to an end with a server that repeats itself', async () => {
      const { client, sent } = nocked({ body: page(9, 8) });
      expect((await told(client.runs.list())).values).toHaveLength(4);
      expect(sent).toHaveLength(2);
    });

    it('walks a list on a real server', async () => {
      const { client, start, asked } = await calling();
      for (let i = 0; i < 5; i++) await start({}, { key: KEY });
      const { values } = await told(client.runs.list({ limit: 2 }));
      expect(values.map(({ id }) => id)).toEqual([127, 126, 125, 124, 123]);
      expect(asked('list')).toBe(3);
    });
  });

  describe('of a body that stops', () => {
    // Long enough for the headers of the first answer, also where others use the machine.
    const stopping = async (request = 250) => {
      const { origin, sockets, asked } = await listening((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"data": [');
      });
      const options = { timeouts: { request }, maxBodyLength: 10 };
      return { ...clientOf(origin, options), sockets, asked };
    };

    it.each<[string, (runs: Runs) => Observable<unknown>]>([
      ['get', (runs) => runs.get(7)],
      ['list', (runs) => runs.list()],
      ['permissions', (runs) => runs.permissions(7)],
      ['share', (runs) => runs.share(7)],
      ['unshare', (runs) => runs.unshare(7)],
      ['create', (runs) => runs.create({ message: 'hello', stream: false })],
      ['downloadFile', (runs) => runs.downloadFile(7, 'a')],
    ])('%s is a RunTimeoutError, and lets go of it', async (_, call) => {
      const { runs, sockets, asked } = await stopping();
      const error = await errorOf(call(runs));
      expect(error).toMatchObject({ name: 'RunTimeoutError', option: 'timeouts.request' });
      expect(error.message).toContain('was answered, but not to its end within 250 ms');
      expect(asked).toHaveLength(1);
      await until(() => sockets() === 0);
    });

    it.each<[string, (client: Client) => Observable<never>]>([
      ['unshare', ({ runs }) => runs.unshare(7)],
      ['agents.delete', ({ agents }) => agents.delete(7)],
      ['triggers.delete', ({ tasks }) => tasks.triggers.delete(7, 'email')],
    ])('%s reads no more than any answer may have, nor for longer', async (_, call) => {
      const { origin, sockets } = await listening((_, response) => {
        const timer = setInterval(() => response.write(' '), 10); // never silent
        response.once('close', () => clearInterval(timer));
      });
      const timeouts = { request: 250 };
      expect(await errorOf(call(clientOf(origin, { timeouts })))).toMatchObject({
        name: 'RunTimeoutError',
        option: 'timeouts.request',
      });
      const error = await errorOf(call(clientOf(origin, { maxBodyLength: 3 })));
      expect(error).toMatchObject({ name: 'DecodeError' });
      expect(error.message).toContain('more than 3 bytes');
      await until(() => sockets() === 0);
    });

    it('poll asks again, until its own time is up', async () => {
      const { runs, sockets, asked } = await stopping(20);
      const error = await errorOf(runs.poll(7, { interval: 1, timeout: 200 }));
      expect(error).toMatchObject({ name: 'RunTimeoutError', option: 'timeout' });
      expect(asked.length).toBeGreaterThan(1);
      await until(() => sockets() === 0);
    });
  });

  describe('downloadFile', () => {
    it(
      'is a RunTimeoutError where no byte comes for too long, and lets go of it',
      marbles(({ expectObservable, flush }) => {
        const held = aBody();
        const send = () => of(responseOf(new Response(held.stream)));
        const { downloadFile } = runRoutes({ send, limits: { request: 5, maxBodyLength: 1 } });
        const download = downloadFile(7, 'a').pipe(map(({ length }) => length));
        expectObservable(download).toBe('5ms #', {}, expect.objectContaining({ limit: 5 }));
        flush();
        expect(held.cancelled).toHaveBeenCalledTimes(1);
      }),
    );

    it('streams bytes as they come, and closes its socket when it is left', async () => {
      const { origin, asked, sockets } = await listening((_, response) => {
        response.writeHead(200, { 'content-type': 'application/zip' }).write('first');
      });
      const { runs } = clientOf(origin);
      const { values } = await told(runs.downloadFile(7, 'a.zip').pipe(take(1)));
      expect(Buffer.concat(values).toString()).toBe('first');
      expect(asked[0]?.url).toBe('/runs/7/files/a.zip/download');
      await until(() => sockets() === 0);
    });

    it('gives the bytes of a file of a run', async () => {
      const content = Uint8Array.from({ length: 256 }, (_, i) => i);
      const { client, finished, server } = await calling({
        script: function* () {
          yield* text('here');
          yield* file('b c.bin', content);
        },
      });
      const { id } = await finished({}, { key: KEY });
      const { runs } = clientOf(server.url, { maxBodyLength: 200 }); // of other answers
      const { values } = await told(runs.downloadFile(id, 'b c.bin'));
      expect(Uint8Array.from(Buffer.concat(values))).toEqual(content);
      expect(await errorOf(client.runs.downloadFile(id, 'none'))).toMatchObject({
        kind: 'missing',
        code: 'file_not_found',
      });
    });
  });
});
