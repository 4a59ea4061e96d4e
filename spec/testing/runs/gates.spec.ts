import { approval, plan, question, text } from 'm8tes-rx/testing';
import { decide } from '../../../lib/testing/runs/gates';
import { aCall, aRun, aWorld, asksPeople } from '../held';
import { served, until } from '../served';

describe('ask', () => {
  const script = function* () {
    yield* approval({
      tool_name: 'gmail_send',
      tool_input: { to: 'ada' },
      consequence: 'It is sent.',
    });
    yield* text('sent');
  };

  it('shows in the stream as permission_request, awaiting_approval, permission_resolved', async () => {
    const { server, ask, get, post, reached } = await served({ script });
    const stream = ask('POST', '/runs/', { message: 'hello', ...asksPeople });
    await stream;
    await reached(123, 'awaiting_approval');
    const [request] = (await get('/runs/123/permissions')).items;
    const { request_id } = request!;
    expect(server.streams()).toBe(1);
    await post('/runs/123/approve', { request_id, decision: 'allow' });
    const body = await (await stream).text();
    const types = [...body.matchAll(/"type": "([^"]+)"/g)].map(([, type]) => type);
    expect(types.slice(0, 4)).toEqual([
      'metadata',
      'permission_request',
      'awaiting_approval',
      'permission_resolved',
    ]);
    expect(body).toContain(`{"type": "permission_request", "request_id": "${String(request_id)}"`);
    expect(body).toContain('"consequence": "It is sent."');
  });

  it('gives the request all its fields', async () => {
    const { start, reached, get } = await served({ script });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    expect((await get('/runs/123/permissions')).items).toEqual([
      {
        request_id: expect.stringMatching(/^req_/),
        tool_name: 'gmail_send',
        tool_input: { to: 'ada' },
        status: 'pending',
        tool_use_id: expect.stringMatching(/^toolu_/),
        display_name: 'gmail_send',
        consequence: 'It is sent.',
        fields: [],
        prose: null,
        can_remember: false,
        remember_default: false,
        timeout_seconds: null,
        auto_resolved: false,
        resumed: false,
        remembered: false,
        created_at: expect.any(String),
        resolved_at: null,
      },
    ]);
  });

  it('leaves a paused run to be joined: what was said, then live', async () => {
    const { start, reached, ask, get, post } = await served({ script });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const join = await ask('GET', '/runs/123/stream');
    expect(join.status).toBe(200);
    const [request] = (await get('/runs/123/permissions')).items;
    await post('/runs/123/approve', { request_id: request!['request_id'], decision: 'allow' });
    const body = await join.text();
    expect(body).toMatch(/"metadata".*awaiting_approval.*permission_resolved.*"done"/s);
  });

  it('ends the stream at a pause when the server hangs up there; a join is live all the same', async () => {
    const { ask, post, get } = await served({ script, pauses: 'hang-up' });
    const { events } = await post('/runs/', { message: 'hello', ...asksPeople });
    expect(events.at(-1)).toMatchObject({ type: 'awaiting_approval' });
    const join = await ask('GET', '/runs/123/stream');
    const [request] = (await get('/runs/123/permissions')).items;
    await post('/runs/123/approve', { request_id: request!['request_id'], decision: 'allow' });
    expect(await join.text()).toMatch(/awaiting_approval.*permission_resolved.*"done"/s);
  });

  it('asks nobody in mode autonomous, nor without human_in_the_loop', async () => {
    const { post } = await served({ script });
    for (const body of [{}, { human_in_the_loop: true }]) {
      const { events } = await post('/runs/', { message: 'hello', ...body });
      expect(events.map(({ type }) => type)).toContain('permission_auto_allowed');
      expect(events.at(-1)).toMatchObject({ type: 'done' });
    }
  });

  it('asks nobody in a reply: no questions, no approval mode, no plan mode', async () => {
    const { start, reached, post } = await served({
      script: function* ({ turn }) {
        if (turn === 0) return;
        yield* approval({ tool_name: 'gmail_send' });
        yield* question({ question: 'Sure?' });
        yield* plan('1. Do it');
      },
    });
    await start(asksPeople);
    await reached(123);
    const { events } = await post('/runs/123/reply', { message: 'go' });
    expect(events.map(({ type }) => type)).toEqual(['metadata', 'permission_auto_allowed', 'done']);
  });
});

describe('decide', () => {
  it.each([true, false])('remembers only what can be remembered: %j', async (can_remember) => {
    const script = () => approval({ tool_name: 'gmail_send', can_remember });
    const held = aRun(aCall({ world: aWorld(script) }), asksPeople);
    await until(() => held.record.status === 'awaiting_approval');
    const [gate] = held.gates;
    decide(held, gate!, 'allowed', { decision: 'allow', remember: true, answers: {} });
    expect(gate!.request).toMatchObject({
      status: 'allowed',
      resumed: true,
      remembered: can_remember,
      resolved_at: expect.any(String),
    });
    expect(held.record.status).toBe('running');
    await until(() => held.record.status === 'completed');
  });
});
