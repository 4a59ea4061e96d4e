import { from, Observable, take, tap, type ObservableInput } from 'rxjs';
import type { Client, RunEvent } from 'm8tes-rx';
import { done, fail, text, type Script } from 'm8tes-rx/testing';
import {
  AbortOptions,
  CallOptions,
  MessagesOptions,
  PollOptions,
  RetryRunOptions,
  StartAndWaitOptions,
  StreamOptions,
  TextOptions,
  UserOptions,
  WaitOptions,
} from '../../lib/api/options';
import { Answer, Approval, CreateParams, ListParams, ReplyParams } from '../../lib/api/params';
import { DecodeError, InvalidArgumentError } from '../../lib/errors';
import { errorOf, settled, told, until } from '../http/holding';
import { aDoor } from '../testing/held';
import { calling, KEY } from './calling';
import { nocked, type Answer as Answered } from './nocked';

type Runs = Client['runs'];
const message = 'hello';
const run = { id: 7, status: 'running' };
const over = { id: 7, status: 'completed', output: 'hi' };
const events: readonly RunEvent[] = [
  { type: 'metadata', payload: { run_id: 7 } },
  { type: 'text-delta', delta: 'hi' },
  { type: 'done', stop_reason: 'end_turn' },
];
const cancelled = { type: 'cancelled' };
const said = (delta: string): RunEvent => ({ type: 'text-delta', delta });
const stream = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const uuid = /^[0-9a-f-]{36}$/;

const everything = {
  message,
  stream: false,
  teammate_id: 1,
  tools: ['gmail'],
  name: 'Ada',
  instructions: 'work',
  user_id: 'ada',
  metadata: { ticket: 7, none: null },
  memory: false,
  history: true,
  task_setup_tools: false,
  feedback: true,
  human_in_the_loop: true,
  permission_mode: 'approval',
  model: 'opus',
  effort: 'low',
  email_inbox: true,
  output_schema: { type: 'object', properties: {} },
} as const;
const { human_in_the_loop: _h, permission_mode: _p, user_id: _u, ...rest } = everything;
const { message: _m, stream: _s, tools, task_setup_tools, feedback } = rest;

interface Row {
  readonly call: (runs: Runs) => Observable<unknown>;
  readonly sends: string;
  readonly body: object | '';
  readonly answer: unknown;
  /** What it asks then, to be told that the run is over. */
  readonly then?: string;
  readonly gives: readonly unknown[];
}
/** What starts a run, or follows one. [wire §1 Routes] */
const rows: readonly Row[] = [
  {
    call: (runs) => runs.create({ message }),
    sends: 'POST /runs/',
    body: { message, stream: true },
    answer: stream,
    gives: events,
  },
  {
    call: (runs) => runs.create({ message, stream: true, user_id: undefined, files: [] }),
    sends: 'POST /runs/',
    body: { message, stream: true },
    answer: stream,
    gives: events,
  },
  {
    call: (runs) => runs.create({ message, stream: false }),
    sends: 'POST /runs/',
    body: { message, stream: false },
    answer: run,
    gives: [run],
  },
  {
    call: (runs) => runs.create(everything),
    sends: 'POST /runs/',
    body: everything,
    answer: run,
    gives: [run],
  },
  {
    call: (runs) => runs.streamText({ message, name: 'Ada' }),
    sends: 'POST /runs/',
    body: { message, name: 'Ada', stream: true },
    answer: stream,
    gives: ['hi'],
  },
  {
    call: (runs) => runs.reply(7, { message }),
    sends: 'POST /runs/7/reply',
    body: { message, stream: true, human_in_the_loop: false },
    answer: stream,
    gives: events,
  },
  {
    call: (runs) => runs.reply(7, { message, stream: false, tools, task_setup_tools, feedback }),
    sends: 'POST /runs/7/reply',
    body: { message, stream: false, tools, task_setup_tools, feedback, human_in_the_loop: false },
    answer: { ...run, delivery: 'queued', queued_message_id: 3 },
    gives: [{ ...run, delivery: 'queued', queued_message_id: 3 }],
  },
  {
    call: (runs) => runs.join(7),
    sends: 'GET /runs/7/stream',
    body: '',
    answer: stream,
    then: 'GET /runs/7',
    gives: events,
  },
  {
    call: (runs) => runs.join(7, { user_id: 'a&b' }),
    sends: 'GET /runs/7/stream?user_id=a%26b',
    body: '',
    answer: stream,
    then: 'GET /runs/7?user_id=a%26b',
    gives: events,
  },
  { call: (runs) => runs.poll(7), sends: 'GET /runs/7', body: '', answer: over, gives: [over] },
  {
    call: (runs) => runs.poll(7, { user_id: 'ada', timeout: Infinity }),
    sends: 'GET /runs/7?user_id=ada',
    body: '',
    answer: over,
    gives: [over],
  },
  {
    call: (runs) => runs.wait(7, { user_id: 'ada', interval: 0 }),
    sends: 'GET /runs/7?user_id=ada',
    body: '',
    answer: over,
    gives: [over],
  },
];

/** What is refused before anything is sent: not thrown, but in the call's own channel. */
const refusals: readonly (readonly [
  argument: string,
  call: (runs: Runs) => Observable<unknown>,
])[] = [
  ...['', ' ', null, undefined, 7, ['hi'], {}].flatMap((message) => [
    ['message', (runs: Runs) => runs.create({ message } as never)] as const,
    ['message', (runs: Runs) => runs.create({ message, stream: false } as never)] as const,
    ['message', (runs: Runs) => runs.streamText({ message } as never)] as const,
    ['message', (runs: Runs) => runs.reply(7, { message } as never)] as const,
    ['message', (runs: Runs) => runs.createAndWait({ message } as never)] as const,
    ['message', (runs: Runs) => runs.replyAndWait(7, { message } as never)] as const,
  ]),
  ...Object.entries({
    stream: [null, 'yes', 1],
    teammate_id: [0, -1, 1.5, '7', null],
    tools: ['gmail', [7], null, {}],
    files: [{}, 'a.txt', null],
    name: ['', null, 7],
    instructions: ['', null],
    user_id: ['', ' ', null, 7],
    metadata: [null, 'x', [], 7],
    memory: [null, 'no', 0],
    history: [null],
    task_setup_tools: [null],
    feedback: ['x'],
    human_in_the_loop: [null, 'true'],
    permission_mode: ['Plan', '', null],
    model: ['', null],
    effort: [1],
    email_inbox: [null],
    output_schema: [null, [], 'x'],
    teammateId: [7, undefined],
    agent_id: ['7', 0, null],
  }).flatMap(([name, values]) =>
    values.map(
      (value) => [name, (runs: Runs) => runs.create({ message, [name]: value } as never)] as const,
    ),
  ),
  // A reply is always non-interactive, and belongs to a run that is somebody's already.
  ...['human_in_the_loop', 'permission_mode', 'user_id', 'metadata', 'model'].map(
    (name) => [name, (runs: Runs) => runs.reply(7, { message, [name]: true } as never)] as const,
  ),
  ...[0, -1, 1.5, '7', '..', null, undefined].flatMap((id) => [
    ['runId', (runs: Runs) => runs.reply(id as number, { message })] as const,
    ['runId', (runs: Runs) => runs.join(id as number)] as const,
    ['runId', (runs: Runs) => runs.poll(id as number)] as const,
    ['runId', (runs: Runs) => runs.wait(id as number)] as const,
    ['runId', (runs: Runs) => runs.replyAndWait(id as number, { message })] as const,
  ]),
  ...[null, 7, 'x', []].flatMap((what) => [
    ['parameters', (runs: Runs) => runs.create(what as never)] as const,
    ['parameters', (runs: Runs) => runs.create({ message }, what as never)] as const,
    ['parameters', (runs: Runs) => runs.reply(7, what as never)] as const,
    ['parameters', (runs: Runs) => runs.join(7, what as never)] as const,
    ['parameters', (runs: Runs) => runs.poll(7, what as never)] as const,
    ['parameters', (runs: Runs) => runs.wait(7, what as never)] as const,
    ['parameters', (runs: Runs) => runs.createAndWait({ message }, what as never)] as const,
    ['parameters', (runs: Runs) => runs.replyAndWait(7, { message }, what as never)] as const,
  ]),
  ['files[0].name', (runs) => runs.create({ message, files: [{ name: 'a/b', content: '' }] })],
  ['files[0].content', (runs) => runs.reply(7, { message, files: [{ name: 'a' } as never] })],
  [
    'files[1]',
    (runs) => runs.create({ message, files: [{ name: 'a', content: '' }, 'b' as never] }),
  ],
  ['metadata', (runs) => runs.create({ message, metadata: { n: 1n } })],
  ['output_schema', (runs) => runs.create({ message, output_schema: cyclic })],
  ['onUnsubscribe', (runs) => runs.create({ message }, { onUnsubscribe: 'stop' as never })],
  ['onUnsubscribe', (runs) => runs.join(7, { onUnsubscribe: null as never })],
  ...['[]', null, 7, {}, () => []].map(
    (after) => ['after', (runs: Runs) => runs.join(7, { after } as never)] as const,
  ),
  ['signal', (runs) => runs.create({ message }, { signal: {} as never })],
  ['failOnError', (runs) => runs.streamText({ message }, { failOnError: 'no' as never })],
  ['failOnError', (runs) => runs.create({ message }, { failOnError: true } as never)],
  ['parameters', (runs) => runs.streamText({ message }, null as never)],
  ['retries', (runs) => runs.create({ message }, { retries: 3 } as never)],
  ['interval', (runs) => runs.poll(7, { interval: -1 })],
  ['interval', (runs) => runs.poll(7, { interval: 2 ** 31 })],
  ['timeout', (runs) => runs.poll(7, { timeout: 0 })],
  ['timeout', (runs) => runs.wait(7, { timeout: '5' as never })],
  ['user_id', (runs) => runs.poll(7, { user_id: null as never })],
  ['onApproval', (runs) => runs.wait(7, { onApproval: true as never })],
  ['onAnswer', (runs) => runs.wait(7, { onAnswer: () => {} } as never)],
  ['agent_id', (runs) => runs.create({ message, teammate_id: 1, agent_id: 2 })],
  ['concurrency', (runs) => runs.wait(7, { concurrency: 0 })],
  // Before the run is started: it is billed.
  ['interval', (runs) => runs.createAndWait({ message }, { interval: -1 })],
  ['onApproval', (runs) => runs.createAndWait({ message }, { onApproval: 'yes' as never })],
  ['onapproval', (runs) => runs.replyAndWait(7, { message }, { onapproval: () => true } as never)],
  ['timeout', (runs) => runs.replyAndWait(7, { message }, { timeout: NaN })],
];
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

const approval = { request_id: 'r', decision: 'allow' } as const;

describe('createRuns', () => {
  it.each(rows)('asks $sends, with $body', async ({ call, sends, body, answer, then, gives }) => {
    const { client, sent } = nocked((_, index) => ({ body: index === 0 ? answer : over }));
    const call$ = call(client.runs);
    await settled();
    expect(sent).toEqual([]);
    expect(await told(call$)).toEqual({ values: gives });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(
      then ? [sends, then] : [sends],
    );
    const [{ headers, body: was }] = sent as [(typeof sent)[0]];
    expect(was).toEqual(body);
    expect(headers['authorization']).toBe(`Bearer ${KEY}`);
    const accepts = headers['accept'];
    if (sends.startsWith('POST')) {
      expect(headers['idempotency-key']).toMatch(uuid);
      expect(headers['content-type']).toBe('application/json');
      const quiet = (body as { readonly stream: boolean }).stream === false;
      expect(accepts).toBe(quiet ? 'application/json' : 'text/event-stream, application/json');
    } else {
      expect(headers).not.toHaveProperty('idempotency-key');
      expect(accepts).toBe(sends.includes('/stream') ? 'text/event-stream' : 'application/json');
    }
  });

  it('refuses what is unusable before anything is sent, naming the parameter', async () => {
    const { client, sent } = nocked();
    for (const [argument, call] of refusals) {
      const error = await errorOf(call(client.runs));
      expect([call.toString(), error]).toEqual([call.toString(), expect.any(InvalidArgumentError)]);
      expect([call.toString(), error]).toMatchObject([call.toString(), { argument }]);
    }
    expect(sent).toEqual([]);
  });

  it('does not take null for the default of any option of any call', async () => {
    const options: readonly (readonly [
      object,
      (runs: Runs, given: never) => Observable<unknown>,
    ])[] = [
      [CallOptions, (runs, given) => runs.create({ message }, given)],
      [CallOptions, (runs, given) => runs.create({ message, stream: false }, given)],
      [CallOptions, (runs, given) => runs.reply(7, { message }, given)],
      [TextOptions, (runs, given) => runs.streamText({ message }, given)],
      [StreamOptions, (runs, given) => runs.join(7, given)],
      [StreamOptions, (runs, given) => runs.stream(7, given)],
      [PollOptions, (runs, given) => runs.poll(7, given)],
      [WaitOptions, (runs, given) => runs.wait(7, given)],
      [StartAndWaitOptions, (runs, given) => runs.createAndWait({ message }, given)],
      [StartAndWaitOptions, (runs, given) => runs.replyAndWait(7, { message }, given)],
      [UserOptions, (runs, given) => runs.get(7, given)],
      [UserOptions, (runs, given) => runs.cancel(7, given)],
      [UserOptions, (runs, given) => runs.view(7, given)],
      [UserOptions, (runs, given) => runs.check(given)],
      [MessagesOptions, (runs, given) => runs.messages(7, given)],
      [RetryRunOptions, (runs, given) => runs.retry(7, given)],
      [AbortOptions, (runs, given) => runs.list({}, given)],
      [AbortOptions, (runs, given) => runs.permissions(7, given)],
      [AbortOptions, (runs, given) => runs.downloadFile(7, 'a', given)],
      [CreateParams, (runs, given) => runs.create({ message, ...(given as object) })],
      [ReplyParams, (runs, given) => runs.reply(7, { message, ...(given as object) })],
      [ListParams, (runs, given) => runs.list(given)],
      [Approval, (runs, given) => runs.approve(7, { ...approval, ...(given as object) })],
      [Answer, (runs, given) => runs.answer(7, { answers: {}, ...(given as object) })],
    ];
    const { client, sent } = nocked();
    for (const [known, call] of options) {
      for (const argument of Object.keys(known)) {
        const error = await errorOf(call(client.runs, { [argument]: null } as never));
        const where = `${call.toString()} ${argument}`;
        expect([where, error]).toEqual([where, expect.any(InvalidArgumentError)]);
        expect([where, error]).toMatchObject([where, { argument }]);
      }
    }
    expect(sent).toEqual([]);
  });

  describe('agent_id', () => {
    const calls: readonly (readonly [
      string,
      (client: Client, who: object) => Observable<unknown>,
    ])[] = [
      ['runs.create', ({ runs }, who) => runs.create({ message, ...who })],
      ['runs.list', ({ runs }, who) => runs.list(who)],
      ['tasks.run', ({ tasks }, who) => tasks.run(5, who)],
    ];

    it.each(calls)('is another name of teammate_id in %s', async (_, call) => {
      const { client, sent } = nocked({ body: stream });
      for (const who of [{ agent_id: 3 }, { teammate_id: 3 }, { agent_id: 3, teammate_id: 3 }]) {
        await told(call(client, who));
        const [{ path, body }] = sent.splice(0) as [(typeof sent)[0]];
        const asked = `${path} ${JSON.stringify(body)}`;
        expect(asked).toMatch(/teammate_id("?[:=])3/);
        expect(asked).not.toContain('agent_id');
      }
    });

    it.each(calls)('must not name another one in %s', async (_, call) => {
      const { client, sent } = nocked();
      const error = await errorOf(call(client, { agent_id: 3, teammate_id: 4 }));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ argument: 'agent_id' });
      expect(sent).toEqual([]);
    });
  });

  it.each([[{ user_id: undefined }], [{}]])(
    'waits for the run of the user it was created for, with the options %j',
    async (options) => {
      const { client, sent } = nocked((_, index) => ({ body: index === 0 ? run : over }));
      const params = { message, user_id: 'ada' };
      await told(client.runs.createAndWait(params, { interval: 0, ...options }));
      expect(sent.map(({ path }) => path)).toEqual(['/runs/', '/runs/7?user_id=ada']);
    },
  );

  it('reads and polls a record however deep it is', async () => {
    const deep = 100_000;
    const record = (status: string) =>
      `{"id":7,"status":"${status}","metadata":{"a":${'['.repeat(deep)}${']'.repeat(deep)}}}`;
    const { client } = nocked((_, index) => ({
      body: record(index < 3 ? 'running' : 'completed'),
      headers: { 'content-type': 'application/json' },
    }));
    expect((await told(client.runs.get(7))).values).toMatchObject([{ id: 7, status: 'running' }]);
    const { values, error } = await told(client.runs.poll(7, { interval: 0 }));
    expect(error).toBeUndefined();
    expect(values.map(({ status }) => status)).toEqual(['running', 'completed']);
  });

  describe('streamText', () => {
    it.each<[string, Script, object]>([
      ['failed', () => [...text('one ', 'two'), ...fail('no disk')], { status: 'failed' }],
      ['was cancelled', () => [...text('one ', 'two'), cancelled], { status: 'cancelled' }],
    ])(
      'errors after the words of a run that %s, unless that is not wanted',
      async (_, script, how) => {
        const { client, server } = await calling({ script });
        const error = {
          ...{ name: 'RunFailedError', message: expect.stringContaining('run 123 ') },
          result: { run_id: 123, text: 'one two', ...how },
        };
        expect(await told(client.runs.streamText({ message }))).toMatchObject({
          ...{ values: ['one ', 'two'], error },
        });
        const loud = client.runs.streamText({ message }, { failOnError: undefined });
        expect(await errorOf(loud)).toMatchObject({ name: 'RunFailedError' });
        const quiet = client.runs.streamText({ message }, { failOnError: false });
        expect(await told(quiet)).toEqual({ values: ['one ', 'two'] });
        expect(server.runs()).toHaveLength(3);
      },
    );

    it('is one run however often it is subscribed to, with the key it is given', async () => {
      const { client, server } = await calling({ script: () => fail('no disk') });
      const how = { idempotencyKey: 'mine', failOnError: true };
      const text$ = client.runs.streamText({ message }, how);
      await errorOf(text$);
      expect(await errorOf(text$)).toMatchObject({ name: 'RunFailedError' });
      expect(server.runs()).toHaveLength(1);
      const keys = server
        .requests()
        .flatMap(({ method, headers }) => (method === 'POST' ? [headers['idempotency-key']] : []));
      expect(keys).toEqual(['mine', 'mine']);
    });

    it('is silent about nothing but the run', async () => {
      const { client } = nocked({ status: 402, body: {} });
      const quiet = client.runs.streamText({ message }, { failOnError: false });
      expect(await errorOf(quiet)).toMatchObject({ name: 'ApiError', kind: 'billing' });
    });
  });

  describe('with files', () => {
    const files = [
      { name: 'notes ä.txt', content: 'one', type: 'text/plain' },
      { name: 'raw', content: Uint8Array.of(1, 2, 255) },
      new File(['pdf'], 'a.pdf', { type: 'application/pdf' }),
    ];
    const hi: Script = () => text('hi');

    it('creates a run of them', async () => {
      const { client, server } = await calling({ script: hi });
      const { error } = await told(client.runs.create({ message, files, metadata: { a: 1 } }));
      expect(error).toBeUndefined();
      expect(server.requests()).toMatchObject([
        {
          path: '/api/v2/runs/with-files',
          route: 'createWithFiles',
          headers: { 'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/) },
          body: { message, metadata: { a: 1 }, stream: true },
          files: ['notes ä.txt', 'raw', 'a.pdf'],
        },
      ]);
      expect(server.requests()[0]?.body).not.toHaveProperty('files');
      const { values } = await told(client.runs.files(123));
      expect(values).toEqual([
        { name: 'notes ä.txt', size: 3 },
        { name: 'raw', size: 3 },
        { name: 'a.pdf', size: 3 },
      ]);
      const bytes = await told(client.runs.downloadFile(123, 'raw'));
      expect([...Buffer.concat(bytes.values)]).toEqual([1, 2, 255]);
    });

    it('repeats them with the request', async () => {
      const { client, server } = await calling({
        script: hi,
        faults: [
          { on: 'createWithFiles', reset: 'before-handling' },
          { on: 'createWithFiles', status: 503 },
        ],
      });
      const { error } = await told(client.runs.create({ message, files, stream: false }));
      expect(error).toBeUndefined();
      expect(server.requests().at(-1)).toMatchObject({ files: ['notes ä.txt', 'raw', 'a.pdf'] });
      expect(server.runs()).toHaveLength(1);
    });

    it('replies with them', async () => {
      const { client, server, finished } = await calling({ script: hi });
      const { id } = await finished({}, { key: KEY });
      const { error } = await told(client.runs.reply(id, { message, files: files.slice(0, 1) }));
      expect(error).toBeUndefined();
      expect(server.requests().at(-1)).toMatchObject({
        path: `/api/v2/runs/${id}/reply/with-files`,
        body: { message, stream: true, human_in_the_loop: false },
        files: ['notes ä.txt'],
      });
    });
  });

  it.each([
    ['says so', { 'm8tes-resumed': 'g-2' }, 2],
    ['says from where, and that is elsewhere', { 'm8tes-resumed': 'g-1' }, 0],
    ['does not say so', {}, 0],
  ])(
    'goes on behind the last id that it was told, where the server %s',
    async (_, headers, from) => {
      const lines = events.map((event, n) => `id: g-${n + 1}\ndata: ${JSON.stringify(event)}\n\n`);
      const { client, sent } = nocked(({ method }) =>
        method === 'POST'
          ? { body: lines.slice(0, 2).join('') }
          : { body: lines.slice(from).join(''), headers },
      );
      expect(await told(client.runs.create({ message }))).toEqual({ values: events });
      expect(sent.map(({ path, headers }) => [path, headers['last-event-id']])).toEqual([
        ['/runs/', undefined],
        ['/runs/7/stream', 'g-2'],
      ]);
    },
  );

  describe('join', () => {
    it('has another name', () => {
      const { runs } = nocked().client;
      expect(runs.stream).toBe(runs.join);
    });

    it('joins a run that goes on, from its beginning to its end', async () => {
      const door = aDoor();
      const { client, start, asked } = await calling({
        script: function* () {
          yield* text('one ');
          yield* door.wait();
          yield* text('two');
        },
      });
      const { id } = await start({}, { key: KEY });
      const joined = told(client.runs.join(id));
      await until(() => asked('join') === 1);
      door.open();
      const { values, error } = await joined;
      expect(error).toBeUndefined();
      expect(
        values.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : [])).join(''),
      ).toBe('one two');
      expect(values.at(-1)).toMatchObject({ type: 'done' });
    });

    it('gives all turns of a run, the end of each marked or not', async () => {
      const door = aDoor();
      const { client, start, post, reached, asked } = await calling({
        script: function* ({ turn }) {
          yield* text(`turn ${turn} `);
          if (turn > 0) yield* door.wait();
          yield* done();
          yield { step: 'raw', bytes: 'data: [DONE]\n\n' };
        },
      });
      const { id } = await start({}, { key: KEY });
      await reached(id, 'completed', { key: KEY });
      await post(`/runs/${id}/reply`, { message, stream: false }, { key: KEY });
      const joined = told(client.runs.join(id));
      await until(() => asked('join') === 1);
      door.open();
      const { values, error } = await joined;
      expect(error).toBeUndefined();
      expect(values.flatMap((event) => (event.type === 'text-delta' ? [event.delta] : []))).toEqual(
        ['turn 0 ', 'turn 1 '],
      );
      expect(values.filter(({ type }) => type === 'done')).toHaveLength(2);
    });

    it.each(['whole', 'turn'] as const)(
      'follows what is known of its second turn, and is healed in it (history: %s)',
      async (history) => {
        const door = aDoor();
        const { client, server, start, post, reached, asked } = await calling({
          history,
          script: function* ({ turn }) {
            yield* text(`turn ${turn}`, ' begins');
            if (turn > 0) yield* door.wait();
            yield* text(', and ends');
          },
        });
        const { id } = await start({}, { key: KEY });
        await reached(id, 'completed', { key: KEY });
        await post(`/runs/${id}/reply`, { message, stream: false }, { key: KEY });
        server.fault({ on: 'join', cut: { afterEvents: history === 'whole' ? 13 : 4 } });
        const begins: RunEvent = { type: 'metadata', payload: { run_id: id } };
        const block = (delta: string): readonly RunEvent[] => [
          { type: 'text-start' },
          said(delta),
          { type: 'text-end' },
        ];
        const known: readonly RunEvent[] = [
          ...[begins, ...block('turn 0 begins'), ...block(', and ends'), events[2]!],
          ...[begins, ...block('turn 1').slice(0, 2)],
        ];
        const joined = told(client.runs.join(id, { after: known }));
        await until(() => asked('join') === 2);
        door.open();
        const { values, error } = await joined;
        expect(error).toBeUndefined();
        const texts = values.map((event) => (event.type === 'text-delta' ? event.delta : ''));
        expect(texts.join('')).toBe(' begins, and ends');
        expect(values.filter(({ type }) => type === 'done')).toHaveLength(1);
      },
    );

    it.each([
      ['has ended', 123, 'conflict'],
      ['is not there', 999, 'missing'],
    ])('is refused for a run that %s', async (_, id, kind) => {
      const { client, finished } = await calling({ script: () => text('hi') });
      await finished({}, { key: KEY });
      expect(await told(client.runs.join(id))).toMatchObject({
        values: [],
        error: { name: 'ApiError', kind },
      });
    });

    it.each<[string, () => ObservableInput<RunEvent>]>([
      ['an array', () => events.slice(0, 1)],
      ['an Observable', () => from(events.slice(0, 1))],
      ['a Promise', () => Promise.resolve(events[0]!)],
      [
        'an async iterable',
        () => ({
          async *[Symbol.asyncIterator]() {
            yield* events.slice(0, 1);
          },
        }),
      ],
    ])('follows what is known from %s, for each subscriber', async (_, after) => {
      const { client, sent } = nocked(({ path }) => ({
        body: path === '/runs/7' ? over : stream,
      }));
      const joined = client.runs.join(7, { after: after() });
      expect(await told(joined)).toEqual({ values: events.slice(1) });
      expect(await told(joined)).toEqual({ values: events.slice(1) });
      expect(sent.map(({ path }) => path)).toEqual(
        Array(2).fill(['/runs/7/stream', '/runs/7']).flat(),
      );
    });

    it('follows it to the end of a run that has ended, and is refused where nothing is known', async () => {
      const { client, sent } = nocked(({ path }) =>
        path === '/runs/7/stream'
          ? { status: 409, body: {} }
          : { body: path === '/runs/7' ? over : [] },
      );
      const followed = await told(client.runs.join(7, { after: [events[0]!, said('h')] }));
      expect(followed).toMatchObject({
        values: [{ type: 'settled' }, said('i'), { type: 'metadata' }, { type: 'done' }],
      });
      expect(await told(client.runs.join(7, { after: events }))).toEqual({ values: [] });
      expect(sent.map(({ path }) => path)).toEqual(
        Array(2).fill(['/runs/7/stream', '/runs/7']).flat(),
      );
      expect(await errorOf(client.runs.join(7, { after: [] }))).toMatchObject({ kind: 'conflict' });
      expect(sent).toHaveLength(5);
      const other = client.runs.join(7, { after: [events[0]!, said('no')] });
      expect(await errorOf(other)).toMatchObject({
        ...{ name: 'StreamInterruptedError', run_id: 7, run: { output: 'hi' } },
        delivered: { events: 2, characters: 2 },
      });
    });

    it('reads nothing of it before it is subscribed to, and lets go of it, having sent nothing', async () => {
      const { client, sent } = nocked();
      let reading = 0;
      const after = new Observable<RunEvent>((subscriber) => {
        reading++;
        subscriber.next(events[0]!);
        return () => reading--;
      });
      const joined = client.runs.join(7, { after, onUnsubscribe: 'cancel' });
      expect(reading).toBe(0);
      const subscription = joined.subscribe();
      expect(reading).toBe(1);
      subscription.unsubscribe();
      await settled();
      expect([reading, sent]).toEqual([0, []]);
    });

    it.each([
      ['holds what is no event', [events[0], undefined]],
      ['holds what is no event', ['{"type":"done"}']],
      ['holds events of run 8', [{ type: 'metadata', payload: { run_id: 8 } }, said('hi')]],
    ])('is not taken in by what %s: %j', async (why, after) => {
      const { client, sent } = nocked();
      const error = await errorOf(client.runs.join(7, { after: after as RunEvent[] }));
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ message: `after ${why}` });
      expect(sent).toEqual([]);
    });

    it('does not take JSON for a stream', async () => {
      const { client } = nocked({ body: run });
      expect(await errorOf(client.runs.join(7))).toBeInstanceOf(DecodeError);
    });

    it('cancels its run when it is left, if it is told so', async () => {
      const { client, server, start } = await calling({
        script: () => [{ step: 'wait', ms: 2 ** 30 }],
      });
      const { id } = await start({}, { key: KEY });
      await told(client.runs.join(id, { onUnsubscribe: 'cancel' }).pipe(take(1)));
      await until(() => server.runs()[0]?.status === 'cancelled');
    });
  });

  describe('poll', () => {
    it('gives each change of a run, until it is over', async () => {
      const door = aDoor();
      const { client, start, asked } = await calling({ script: () => door.wait() });
      const { id } = await start({}, { key: KEY });
      const polled = told(client.runs.poll(id, { interval: 1 }));
      await until(() => asked('get') > 3);
      door.open();
      const { values, error } = await polled;
      expect(error).toBeUndefined();
      expect(values.map(({ status }) => status)).toEqual(['running', 'completed']);
    });

    it('rides out what passes, and surfaces what lasts', async () => {
      const answers: readonly Answered[] = [
        { status: 503 },
        { body: run },
        { status: 429, headers: { 'retry-after': '0' } },
        { status: 500 },
        { status: 500 },
        { body: { ...run, later: 1 } },
        { status: 404 },
      ];
      const { client, sent } = nocked((_, index) => answers[index]!, { retries: { count: 0 } });
      expect(await told(client.runs.poll(7, { interval: 0 }))).toMatchObject({
        values: [run, { ...run, later: 1 }],
        error: { kind: 'missing' },
      });
      expect(sent).toHaveLength(7);
    });

    it.each(['poll', 'wait'] as const)("of %s ends with its signal's reason", async (how) => {
      const { client } = nocked({ body: run });
      const controller = new AbortController();
      const run$ = client.runs[how](7, { interval: 1_000, signal: controller.signal });
      const abort = () => queueMicrotask(() => controller.abort('enough'));
      expect(await told(run$.pipe(tap(abort)))).toEqual({ values: [run], error: 'enough' });
    });
  });

  describe('createAndWait and replyAndWait', () => {
    it('start a run once, and wait for it', async () => {
      const { client, asked, server } = await calling({
        script: ({ message }) => text(`to ${message}`),
        faults: [
          { on: 'create', reset: 'before-headers' },
          { on: 'get', status: 503 },
          { on: 'reply', reset: 'before-headers' },
        ],
      });
      const created = await told(
        client.runs.createAndWait({ message, user_id: 'ada' }, { interval: 1 }),
      );
      expect(created.error).toBeUndefined();
      expect(created.values.at(-1)).toMatchObject({ status: 'completed', output: 'to hello' });
      const replied = await told(
        client.runs.replyAndWait(123, { message: 'again' }, { interval: 1, user_id: 'ada' }),
      );
      expect(replied.values.at(-1)).toMatchObject({ status: 'completed', output: 'to again' });
      expect([asked('create'), asked('reply'), server.runs().length]).toEqual([2, 2, 1]);
      const scoped = server.requests().filter(({ route }) => route === 'get');
      expect(scoped.every(({ path }) => path.endsWith('?user_id=ada'))).toBe(true);
      const posts = server.requests().filter(({ method }) => method === 'POST');
      expect(posts.map(({ body }) => body)).toMatchObject(posts.map(() => ({ stream: false })));
    });

    it('are one run for each call, however often they are subscribed to', async () => {
      const { client, server } = await calling({ script: () => text('hi') });
      const run$ = client.runs.createAndWait({ message }, { interval: 1 });
      await settled();
      expect(server.requests()).toEqual([]);
      await told(run$);
      await told(run$);
      expect(server.runs()).toHaveLength(1);
      await told(client.runs.createAndWait({ message }, { interval: 1, idempotencyKey: 'a' }));
      await told(client.runs.createAndWait({ message }, { interval: 1, idempotencyKey: 'a' }));
      expect(server.runs()).toHaveLength(2);
    });
  });
});
