import { forever } from '../held';
import { served } from '../served';

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
