import { approval, question, together, type Ask } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

describe('approve', () => {
  const waiting = async () => {
    const all = await served({ script: () => approval({ tool_name: 'gmail_send' }) });
    await all.start(asksPeople);
    await all.reached(123, 'awaiting_approval');
    const [request] = (await all.get('/runs/123/permissions')).items;
    const { request_id } = request!;
    const approve = (body: Record<string, unknown>) =>
      all.post('/runs/123/approve', { request_id, ...body });
    return { ...all, approve };
  };

  it('answers with the request, decided', async () => {
    const { approve, reached } = await waiting();
    expect(await approve({ decision: 'allow', remember: false })).toMatchObject({
      status: 200,
      json: { status: 'allowed', tool_name: 'gmail_send', resumed: true },
    });
    await reached(123);
  });

  it('takes the same decision again, and never the opposite one', async () => {
    const { approve, reached } = await waiting();
    await approve({ decision: 'deny' });
    await reached(123);
    expect(await approve({ decision: 'deny' })).toMatchObject({ json: { status: 'denied' } });
    expect(await approve({ decision: 'allow' })).toMatchObject({
      status: 404,
      json: { error: { details: { error_code: 'gate_resolved_otherwise' } } },
    });
  });

  it('refuses a decision other than allow and deny: 422', async () => {
    const { approve } = await waiting();
    expect((await approve({ decision: 'maybe' })).status).toBe(422);
    expect((await approve({})).status).toBe(422);
  });

  it('is 404 for an unknown request', async () => {
    const { approve } = await waiting();
    const { status } = await approve({ request_id: 'req_none', decision: 'allow' });
    expect(status).toBe(404);
  });

  it('is 409 for a request still open when the run was cancelled', async () => {
    const { approve, post } = await waiting();
    await post('/runs/123/cancel');
    expect(await approve({ decision: 'allow' })).toMatchObject({
      status: 409,
      json: { error: { details: { error_code: 'run_not_active' } } },
    });
  });
});

describe('answer', () => {
  const ok = { answers: { 'Sure?': 'yes' } };

  const waiting = async () => {
    const all = await served({
      script: function* () {
        yield* together(question({ question: 'Sure?' }), question({ question: 'Really?' }));
        yield* approval({ tool_name: 'gmail_send' });
      },
    });
    await all.start(asksPeople);
    await all.reached(123, 'awaiting_approval');
    return all;
  };

  it('answers the first question that waits, or the one it names', async () => {
    const { get, post } = await waiting();
    const statuses = async () =>
      (await get('/runs/123/permissions')).items.map(({ status }) => status);
    const [, second] = (await get('/runs/123/permissions')).items;
    const { request_id } = second!;
    expect((await post('/runs/123/answer', { ...ok, request_id })).json).toEqual({
      status: 'ok',
      resumed: false,
    });
    expect((await statuses()).slice(0, 2)).toEqual(['pending', 'answered']);
    expect((await post('/runs/123/answer', ok)).json).toEqual({ status: 'ok', resumed: true });
  });

  it.each([[{}], [{ answers: {} }], [{ answers: 'yes' }], [{ answers: { q: 1 } }]])(
    'refuses %j: 422',
    async (body) => {
      const { post } = await waiting();
      expect((await post('/runs/123/answer', body)).status).toBe(422);
    },
  );

  it('is 404 for an unknown run, and for an unknown question', async () => {
    const { post } = await waiting();
    expect((await post('/runs/999/answer', ok)).status).toBe(404);
    const { status } = await post('/runs/123/answer', { ...ok, request_id: 'req_none' });
    expect(status).toBe(404);
  });

  it('is 409 unless the run awaits one', async () => {
    const { post, finished } = await served();
    await finished();
    expect((await post('/runs/123/answer', ok)).status).toBe(409);
  });

  it('is 409 when the run waits for a tool, not for an answer', async () => {
    const { post, start, reached } = await served({
      script: () => approval({ tool_name: 'gmail_send' }),
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    expect((await post('/runs/123/answer', ok)).status).toBe(409);
  });
});

describe('permissionMode', () => {
  const path = '/runs/123/permission-mode';

  it('set to autonomous allows what is pending, and resumes the run', async () => {
    const { start, reached, call, get } = await served({
      script: () => approval({ tool_name: 'gmail_send' }),
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const { json } = await call('PATCH', path, { permission_mode: 'autonomous' });
    expect(json).toMatchObject({ permission_mode: 'autonomous' });
    await reached(123);
    expect((await get('/runs/123/permissions')).items).toMatchObject([{ status: 'allowed' }]);
  });

  it('lets questions wait', async () => {
    const { start, reached, call, get, post } = await served({
      script: function* () {
        yield* together(approval({ tool_name: 'gmail_send' }), question({ question: 'Sure?' }));
      },
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    await call('PATCH', path, { permission_mode: 'autonomous' });
    expect((await get('/runs/123/permissions')).items).toMatchObject([
      { status: 'allowed' },
      { status: 'pending' },
    ]);
    expect((await get('/runs/123')).json).toMatchObject({ status: 'awaiting_approval' });
    await post('/runs/123/answer', { answers: { 'Sure?': 'yes' } });
    await reached(123);
  });

  it('holds for what the run asks later', async () => {
    const { start, call, reached } = await served({
      script: function* () {
        yield* question({ question: 'Sure?' });
        yield* approval({ tool_name: 'gmail_send' });
      },
    });
    await start({ human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    expect((await call('PATCH', path, { permission_mode: 'approval' })).status).toBe(200);
    expect((await call('POST', '/runs/123/answer', { answers: { a: 'b' } })).json).toEqual({
      status: 'ok',
      resumed: true,
    });
    await reached(123, 'awaiting_approval');
  });

  it('refuses an unknown mode', async () => {
    const { start, call } = await served();
    await start();
    expect((await call('PATCH', path, { permission_mode: 'yolo' })).status).toBe(422);
    expect((await call('PATCH', path, {})).status).toBe(422);
  });
});

describe('meanwhile', () => {
  const paused = async (meanwhile: Ask['meanwhile']) => {
    const { start, reached, get, post } = await served({
      script: () => approval({ tool_name: 'gmail_send', meanwhile }),
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const [request] = (await get('/runs/123/permissions')).items;
    expect(request).toMatchObject({ status: 'pending' });
    const approve = (decision: string) =>
      post('/runs/123/approve', { request_id: request!['request_id'], decision });
    return { approve, reached };
  };

  const code = (error_code: string) => ({ error: { details: { error_code } } });

  it('cancels a gate under the caller: gate_cancelled, and the run goes on', async () => {
    const { approve, reached } = await paused('cancelled');
    expect(await approve('allow')).toMatchObject({ status: 404, json: code('gate_cancelled') });
    await reached(123);
  });

  it('lets another approver decide the opposite: gate_resolved_otherwise', async () => {
    const { approve, reached } = await paused('allow');
    expect(await approve('deny')).toMatchObject({
      status: 404,
      json: code('gate_resolved_otherwise'),
    });
    await reached(123);
    expect(await approve('deny')).toMatchObject({ json: code('gate_resolved_otherwise') });
  });

  it('lets another approver decide the same: that is no refusal', async () => {
    const { approve } = await paused('deny');
    expect(await approve('deny')).toMatchObject({ status: 200, json: { status: 'denied' } });
  });

  it('ends the run with the gate open: run_not_active', async () => {
    const { approve, reached } = await paused('ended');
    expect(await approve('allow')).toMatchObject({ status: 409, json: code('run_not_active') });
    await reached(123);
  });

  it('cancels a question under the caller: the run waits for no answer', async () => {
    const { start, reached, post } = await served({
      script: () => question({ question: 'Sure?', meanwhile: 'cancelled' }),
    });
    await start({ human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    expect(await post('/runs/123/answer', { answers: { 'Sure?': 'yes' } })).toMatchObject({
      status: 409,
    });
    await reached(123);
  });
});
