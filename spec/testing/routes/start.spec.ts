import { approval, fail, text } from 'm8tes-rx/testing';
import { aCall, aDoor, aRun, asksPeople, forever } from '../held';
import { eventsIn, saidIn, served, until } from '../served';

describe('createRun', () => {
  it('streams by default', async () => {
    const { post } = await served();
    const { headers, events } = await post('/runs/', { message: 'hello' });
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(events[0]).toEqual({ type: 'metadata', payload: { run_id: 123 } });
    expect(events.at(-1)).toEqual({ type: 'done', stop_reason: 'end_turn' });
  });

  it('answers at once with a running run without a stream, and executes in the background', async () => {
    const { start, reached } = await served();
    expect(await start()).toMatchObject({ id: 123, status: 'running', output: null, usage: null });
    const run = await reached(123);
    expect(run.output).toContain('hello');
    expect(run.usage).toMatchObject({
      input_tokens: 1200,
      output_tokens: 80,
      cost_usd: '0.004800',
    });
  });

  it('has every field of a run', async () => {
    const { start } = await served();
    expect(Object.keys(await start())).toEqual(
      expect.arrayContaining([
        ...['id', 'teammate_id', 'task_id', 'status', 'output', 'output_data', 'error'],
        ...['error_code', 'stop_reason', 'user_id', 'metadata', 'permission_mode', 'retryable'],
        ...['retry_blocked_reason', 'retry_of_run_id', 'retry_count', 'usage', 'delivery'],
        ...['queued_message_id', 'closing_preview', 'created_at', 'updated_at', 'started_at'],
        ...['last_activity_at'],
      ]),
    );
  });

  it('finds or makes a teammate, and makes one under a name', async () => {
    const { start, get } = await served();
    const first = await start();
    expect((await start()).teammate_id).toBe(first.teammate_id);
    const named = await start({ name: 'Triage', instructions: 'Be brief.', tools: ['gmail'] });
    expect((await get(`/teammates/${named.teammate_id}`)).json).toMatchObject({
      name: 'Triage',
      instructions: 'Be brief.',
      tools: ['gmail'],
    });
  });

  it('gives an ad-hoc run a task of its own', async () => {
    const { start, get } = await served();
    const [one, two] = [await start(), await start()];
    expect(one.task_id).not.toBe(two.task_id);
    expect((await get(`/tasks/${one.task_id}`)).json).toMatchObject({ instructions: 'hello' });
    expect((await get('/tasks/')).items).toEqual([]);
  });

  it('gives metadata back as sent', async () => {
    const { start, get } = await served();
    const metadata = { ticket: 7, nested: { list: [1, null] } };
    expect((await start({ metadata })).metadata).toEqual(metadata);
    expect((await get('/runs/123')).json).toMatchObject({ metadata });
  });

  it('gives an email address when an inbox was asked for', async () => {
    const { start, get } = await served();
    expect((await start({ email_inbox: true })).email_address).toContain('@');
    expect((await get('/runs/123')).json).not.toHaveProperty('email_address');
    expect(await start()).not.toHaveProperty('email_address');
  });

  it("inherits its teammate's user, and is 404 with another", async () => {
    const { start, post } = await served();
    const { json } = await post('/teammates/', { name: 'Ada’s', user_id: 'ada' });
    const teammate_id = json['id'];
    expect(await start({ teammate_id })).toMatchObject({ user_id: 'ada' });
    const { status } = await post('/runs/', { message: 'hello', teammate_id, user_id: 'bob' });
    expect(status).toBe(404);
  });

  it("is 404 with another account's teammate", async () => {
    const { post } = await served();
    const { json } = await post('/teammates/', { name: 'Mine' }, { key: 'm8_one' });
    const body = { message: 'hello', teammate_id: json['id'] };
    expect((await post('/runs/', body, { key: 'm8_two' })).status).toBe(404);
  });

  it.each([
    [{}],
    [{ message: '' }],
    [{ message: 7 }],
    [{ message: 'hello', model: 'no-such-model' }],
    [{ message: 'hello', tools: ['no_such_tool'] }],
    [{ message: 'hello', stream: 'yes' }],
    [{ message: 'hello', permission_mode: 'approval' }],
    [{ message: 'hello', permission_mode: 'plan', human_in_the_loop: false }],
  ])('refuses %j: 422, and makes nothing', async (body) => {
    const { server, post, get } = await served({ script: forever });
    expect(await post('/runs/', body)).toMatchObject({
      status: 422,
      json: { error: { code: 422 } },
    });
    expect(server.runs()).toEqual([]);
    expect((await get('/teammates/')).items).toEqual([]);
  });

  it('takes files, and refuses one without a content type', async () => {
    const { server, post, get, reached } = await served();
    const form = new FormData();
    form.append('payload', '{"message":"read this","stream":false}');
    form.append('files', new Blob(['a,b'], { type: 'text/csv' }), 'numbers.csv');
    const { json } = await post('/runs/with-files', form);
    expect(json).toMatchObject({ id: 123, status: 'running' });
    await reached(123);
    expect((await get('/runs/123/files')).items).toEqual([{ name: 'numbers.csv', size: 3 }]);
    const { text, headers } = await get('/runs/123/files/numbers.csv/download');
    expect([text, headers.get('content-type')]).toEqual(['a,b', 'text/csv']);

    const untyped = [
      '--B\r\nContent-Disposition: form-data; name="payload"\r\n\r\n{"message":"hi"}\r\n',
      '--B\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\nx\r\n--B--\r\n',
    ].join('');
    const { status } = await fetch(`${server.url}/runs/with-files`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer m8_test',
        'content-type': 'multipart/form-data; boundary=B',
      },
      body: untyped,
    });
    expect(status).toBe(422);
  });
});

describe('runTask', () => {
  const aTask = async (fields: Record<string, unknown> = {}) => {
    const all = await served({ script: ({ message }) => text(`re: ${message}`) });
    const teammate = await all.post('/teammates/', { name: 'Triage' });
    const body = { teammate_id: teammate.json['id'], instructions: 'triage', ...fields };
    const { json: task } = await all.post('/tasks/', body);
    const id = task['id'] as number;
    return { ...all, task, path: `/tasks/${id}`, runs: `/tasks/${id}/runs` };
  };

  it('is a run, like create: of the task and its teammate', async () => {
    const { post, get, runs, task } = await aTask();
    const { events } = await post(runs, {});
    expect(saidIn(events)).toBe('re: triage');
    expect((await get('/runs/123')).json).toMatchObject({
      task_id: task['id'],
      teammate_id: task['teammate_id'],
      status: 'completed',
    });
    expect((await post(runs, { stream: false })).json).toMatchObject({ status: 'running' });
    expect((await post(runs, { stream: false, email_inbox: true })).json).toMatchObject({
      email_address: expect.stringContaining('@'),
    });
  });

  it("inherits the task's user; another one is 404", async () => {
    const { post, runs } = await aTask({ user_id: 'ada' });
    expect((await post(runs, { stream: false })).json).toMatchObject({ user_id: 'ada' });
    expect((await post(runs, { user_id: 'bob' })).status).toBe(404);
  });

  it('is 400 when the task is archived', async () => {
    const { call, post, path, runs } = await aTask();
    await call('DELETE', path);
    expect((await post(runs, {})).status).toBe(400);
  });

  it('is 422 in mode plan without human_in_the_loop, and 404 for an unknown task', async () => {
    const { post, runs } = await aTask();
    expect((await post(runs, { permission_mode: 'plan' })).status).toBe(422);
    expect((await post('/tasks/999/runs', {})).status).toBe(404);
    expect((await post(runs, {}, { key: 'm8_other' })).status).toBe(404);
  });
});

describe('replyToRun', () => {
  const script = ({ message }: { message: string }) => text(`re: ${message}`);

  it('opens the same run again, and streams its turn', async () => {
    const { server, finished, post, get } = await served({ script });
    await finished();
    const { events } = await post('/runs/123/reply', { message: 'more' });
    expect(events[0]).toEqual({ type: 'metadata', payload: { run_id: 123 } });
    expect(saidIn(events)).toBe('re: more');
    expect(server.runs()).toHaveLength(1);
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'completed',
      output: 're: more',
      delivery: 'resumed',
    });
  });

  it('answers with the JSON run, resumed, when no stream was asked for', async () => {
    const { finished, post, reached } = await served({ script });
    await finished();
    const { json } = await post('/runs/123/reply', { message: 'more', stream: false });
    expect(json).toMatchObject({
      id: 123,
      status: 'running',
      delivery: 'resumed',
      queued_message_id: null,
    });
    await reached(123);
  });

  it('is queued while a turn is executing: JSON even when a stream was asked for, then the next turn', async () => {
    const door = aDoor();
    const { server, start, post, ask } = await served({
      script: function* ({ message }) {
        yield* text(message);
        yield* door.wait();
      },
    });
    await start();
    const { headers, json } = await post('/runs/123/reply', { message: ', next', stream: true });
    expect(headers.get('content-type')).toBe('application/json');
    expect(json).toMatchObject({ id: 123, status: 'running', delivery: 'queued' });
    expect(json['queued_message_id']).toEqual(expect.any(Number));
    const joined = await ask('GET', '/runs/123/stream');
    door.open();
    expect(saidIn(eventsIn(await joined.text()))).toBe('hello, next');
    await until(() => server.runs()[0]!.output === ', next');
  });

  it('takes files', async () => {
    const { finished, post, get } = await served({ script });
    await finished();
    const form = new FormData();
    form.append('payload', '{"message":"read this"}');
    form.append('files', new Blob(['x'], { type: 'text/plain' }), 'x.txt');
    expect(saidIn((await post('/runs/123/reply/with-files', form)).events)).toBe('re: read this');
    expect((await get('/runs/123/files')).items).toEqual([{ name: 'x.txt', size: 1 }]);
  });

  it.each([[{}], [{ message: '' }], [{ message: 'x', permission_mode: 'plan' }]])(
    'refuses %j: 422',
    async (body) => {
      const { start, post } = await served({ script: forever });
      await start();
      expect((await post('/runs/123/reply', body)).status).toBe(422);
    },
  );

  it('is 404 for an unknown run', async () => {
    const { post } = await served();
    expect((await post('/runs/999/reply', { message: 'more' })).status).toBe(404);
  });
});

describe('retryRun', () => {
  it('makes a new run of one that failed', async () => {
    const { start, reached, post, get } = await served({
      script: ({ run }) => (run.retry_count === 0 ? fail('dead') : text('alive')),
    });
    await start({ metadata: { ticket: 7 } });
    const failed = await reached(123, 'failed');
    const { json } = await post('/runs/123/retry?confirm=true&use_credits=true');
    expect(json).toMatchObject({
      id: 124,
      status: 'running',
      task_id: failed.task_id,
      retry_of_run_id: 123,
      retry_count: 1,
      metadata: { ticket: 7 },
    });
    expect(await reached(124)).toMatchObject({ output: 'alive' });
    expect((await get('/runs/123')).json).toMatchObject({ status: 'failed' });
  });

  it('asks people again where the first one did', async () => {
    const { start, reached, post } = await served({
      script: function* () {
        yield* approval({ tool_name: 'gmail_send' });
      },
    });
    await start({ human_in_the_loop: true, permission_mode: 'approval' });
    await reached(123, 'awaiting_approval');
    await post('/runs/123/cancel');
    await post('/runs/123/retry');
    expect(await reached(124, 'awaiting_approval')).toMatchObject({
      human_in_the_loop: true,
      permission_mode: 'approval',
    });
  });

  it('is 409 on a run that did not fail', async () => {
    const { finished, post } = await served();
    await finished();
    expect((await post('/runs/123/retry')).status).toBe(409);
  });
});

describe('joinRun', () => {
  it('replays the whole history so far, then is live', async () => {
    const door = aDoor();
    const { ask } = await served({
      script: function* () {
        yield* text('One ', 'two ');
        yield* door.wait();
        yield* text('three');
      },
    });
    const created = await ask('POST', '/runs/', { message: 'hello' });
    const joined = await ask('GET', '/runs/123/stream');
    expect(joined.headers.get('content-type')).toMatch(/^text\/event-stream/);
    door.open();
    const stream = await joined.text();
    expect(stream).toBe(await created.text());
    expect(saidIn(eventsIn(stream))).toBe('One two three');
  });

  it('is 409 once the run no longer executes, and 404 for an unknown one', async () => {
    const { finished, get } = await served();
    await finished();
    expect((await get('/runs/123/stream')).status).toBe(409);
    expect((await get('/runs/999/stream')).status).toBe(404);
  });

  it.each([
    ['whole', ['hello', 'again']],
    ['turn', ['again']],
  ] as const)('of a run that was replied to, history %s replays %j', async (history, said) => {
    const door = aDoor();
    const { finished, ask, post } = await served({
      history,
      script: function* ({ message, turn }) {
        yield* text(message);
        if (turn > 0) yield* door.wait();
      },
    });
    await finished();
    const reply = await ask('POST', '/runs/123/reply', { message: 'again' });
    const joined = await ask('GET', '/runs/123/stream');
    door.open();
    const events = eventsIn(await joined.text());
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(said.length);
    expect(saidIn(events)).toBe(said.join(''));
    await reply.text();
    expect((await post('/runs/123/cancel')).status).toBe(409);
  });

  it('goes on to a queued message', async () => {
    const door = aDoor();
    const { start, ask, post } = await served({
      script: function* ({ message }) {
        yield* text(message);
        yield* door.wait();
      },
    });
    await start();
    const joined = await ask('GET', '/runs/123/stream');
    await post('/runs/123/reply', { message: ' and more' });
    door.open();
    expect(saidIn(eventsIn(await joined.text()))).toBe('hello and more');
  });

  it('has any number of listeners', async () => {
    const { server, start, ask, post } = await served({ script: forever });
    await start();
    const joins = await Promise.all([1, 2, 3].map(() => ask('GET', '/runs/123/stream')));
    expect(server.streams()).toBe(3);
    await post('/runs/123/cancel');
    const [first, ...others] = await Promise.all(joins.map((join) => join.text()));
    expect(others).toEqual([first, first]);
  });
});

describe('startRun', () => {
  it('holds a run of the task, executing', () => {
    const call = aCall();
    const held = aRun(call, { ...asksPeople, metadata: { a: 1 }, model: 'gpt-5' });
    expect(call.account.runs.get(123)).toBe(held);
    expect(held.record).toMatchObject({
      id: 123,
      status: 'running',
      ...asksPeople,
      metadata: { a: 1 },
      model: 'gpt-5',
    });
    expect(held.turns).toMatchObject([{ message: 'hello', interactive: true, over: false }]);
  });
});
