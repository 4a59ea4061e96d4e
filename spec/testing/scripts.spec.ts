import { sample } from 'm8tes-rx/testing';
import { asksPeople } from './held';
import { saidIn, served } from './served';

describe('assistant', () => {
  it('shows everything a run does', async () => {
    const { post, get } = await served();
    const { events } = await post('/runs/', { message: 'triage my mail' });
    const types = events.map(({ type }) => type);
    expect([types[0], types[1], types[2]]).toEqual([
      'metadata',
      'sandbox-connecting',
      'sandbox-connected',
    ]);
    for (const type of [
      ...['thinking-start', 'thinking-delta', 'thinking-end', 'text-start', 'text-end'],
      ...['tool-call-start', 'tool-call-delta', 'tool-call-end', 'tool-result-end'],
    ]) {
      expect(types).toContain(type);
    }
    expect(types.slice(-2)).toEqual(['run_metrics', 'done']);
    expect(saidIn(events)).toContain('triage my mail');
    expect(
      events.filter(({ type }) => type === 'tool-call-start').map(({ toolName }) => toolName),
    ).toEqual(['gmail_search', 'linear_create_issue']);
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'completed',
      stop_reason: 'end_turn',
      output: saidIn(events),
      usage: { total_tokens: 1280 },
    });
  });

  it('asks before it acts, in mode approval', async () => {
    const { start, reached, get, post } = await served();
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const [request] = (await get('/runs/123/permissions')).items;
    expect(request).toMatchObject({ display_name: 'Create an issue in Linear' });
    await post('/runs/123/approve', { request_id: request!['request_id'], decision: 'deny' });
    const { output } = await reached(123);
    expect(output).toContain('No issue was filed');
  });

  it('asks a question, where the message begins with "Ask me" and people may be asked', async () => {
    const { start, reached, get, post } = await served();
    await start({ message: 'Ask me first', human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    const [request] = (await get('/runs/123/permissions')).items;
    expect(request).toMatchObject({
      tool_name: 'AskUserQuestion',
      tool_input: { questions: [{ question: 'Which mails shall I look through?' }] },
    });
    await post('/runs/123/answer', {
      answers: { 'Which mails shall I look through?': 'All of them' },
    });
    expect((await reached(123)).output).toContain('All of them, then.');
  });

  it('asks nobody, where nobody may be asked', async () => {
    const { post } = await served();
    const { events } = await post('/runs/', { message: 'Ask me first' });
    expect(saidIn(events)).toContain('The unread ones, then.');
  });

  it('asks for its plan, in mode plan', async () => {
    const { start, reached, get } = await served();
    await start({ human_in_the_loop: true, permission_mode: 'plan' });
    await reached(123, 'awaiting_approval');
    expect((await get('/runs/123/permissions')).items).toMatchObject([
      { display_name: 'Approve the plan' },
    ]);
  });
});

describe('sample', () => {
  it('is a run like any other, whose id is told truly', async () => {
    const { post, get } = await served({ script: sample });
    await post('/runs/', { message: 'one' });
    const { events } = await post('/runs/', { message: 'two' });
    expect(events[0]).toEqual({ type: 'metadata', payload: { run_id: 124 } });
    expect((await get('/runs/124')).json).toMatchObject({
      status: 'completed',
      output: 'Here are the open tickets...',
      usage: null,
    });
  });
});
