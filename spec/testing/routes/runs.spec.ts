import { file, metrics, question, text } from 'm8tes-rx/testing';
import { forever } from '../held';
import { served } from '../served';

describe('listRuns', () => {
  const ids = (items: readonly { readonly [field: string]: unknown }[]) =>
    items.map(({ id }) => id);

  it('is newest first, in pages', async () => {
    const { start, get } = await served();
    for (const _ of [1, 2, 3, 4, 5]) await start();
    const first = await get('/runs/?limit=2');
    expect(first.json).toMatchObject({ has_more: true, next_starting_after: 126 });
    expect(ids(first.items)).toEqual([127, 126]);
    const second = await get('/runs/?limit=2&starting_after=126');
    expect(ids(second.items)).toEqual([125, 124]);
    const last = await get('/runs/?limit=2&starting_after=124');
    expect(ids(last.items)).toEqual([123]);
    expect(last.json).toMatchObject({ has_more: false, next_starting_after: null });
  });

  it('filters by teammate, task, user and status', async () => {
    const { start, finished, get } = await served({
      script: ({ message }) => [{ step: 'wait', ms: message === 'slow' ? Infinity : 0 }],
    });
    const one = await finished({ user_id: 'ada' });
    const two = await start({ message: 'slow', name: 'Other' });
    const listed = async (query: string) => ids((await get(`/runs/?${query}`)).items);
    expect(await listed(`teammate_id=${two.teammate_id}`)).toEqual([two.id]);
    expect(await listed(`task_id=${one.task_id}`)).toEqual([one.id]);
    expect(await listed('user_id=ada')).toEqual([one.id]);
    expect(await listed('user_id=nobody')).toEqual([]);
    expect(await listed('status=running')).toEqual([two.id]);
    expect(await listed('status=completed')).toEqual([one.id]);
    expect(await listed('')).toEqual([two.id, one.id]);
    expect((await get('/runs/?task_id=x')).status).toBe(422);
  });

  it('accepts the statuses of the API, and no other', async () => {
    const { get } = await served();
    for (const status of [
      ...['running', 'paused', 'awaiting_approval', 'completed'],
      ...['failed', 'cancelled', 'closed', 'archived'],
    ]) {
      expect((await get(`/runs/?status=${status}`)).status).toBe(200);
    }
    expect((await get('/runs/?status=odd')).status).toBe(422);
  });

  it('leaves out archived runs, unless they are asked for', async () => {
    const { finished, get, post } = await served();
    await finished();
    await post('/runs/123/archive');
    expect((await get('/runs/')).items).toEqual([]);
    expect(ids((await get('/runs/?status=archived')).items)).toEqual([123]);
    expect((await get('/runs/123')).status).toBe(200);
  });

  it("never shows another account's", async () => {
    const { start, get } = await served();
    await start({}, { key: 'm8_one' });
    expect((await get('/runs/', { key: 'm8_two' })).items).toEqual([]);
  });
});

describe('checkRuns', () => {
  it('counts: all of the account, or one user', async () => {
    const { start, reached, get } = await served({
      script: () => question({ question: 'Sure?' }),
    });
    await start({ user_id: 'ada', human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    await start();
    const last = await reached(124);
    expect((await get('/runs/check')).json).toEqual({
      total_count: 2,
      latest_run_id: 124,
      awaiting_count: 1,
      latest_change_at: last.updated_at,
    });
    expect((await get('/runs/check?user_id=ada')).json).toMatchObject({
      total_count: 1,
      latest_run_id: 123,
    });
    expect((await get('/runs/check?user_id=nobody')).json).toEqual({
      total_count: 0,
      latest_run_id: null,
      awaiting_count: 0,
      latest_change_at: null,
    });
  });
});

describe('outcome', () => {
  it('is how a run came out', async () => {
    const { finished, get } = await served({
      script: () => [...text('All done.\nNothing to see.'), ...metrics(1000, 100)],
    });
    await finished();
    expect((await get('/runs/123/outcome')).json).toEqual({
      run_id: 123,
      status: 'completed',
      summary: 'All done.\nNothing to see.',
      headline: 'All done.',
      needs_reply: false,
      output_data: null,
      message_count: 2,
      input_tokens: 1000,
      output_tokens: 100,
      total_tokens: 1100,
      cost_usd: '0.004500',
    });
  });
});

describe('messages', () => {
  it('is the transcript, as a bare array', async () => {
    const { finished, post, get } = await served({
      script: ({ message }) => text(`re: ${message}`),
    });
    await finished();
    await post('/runs/123/reply', { message: 'more' });
    const { json, items } = await get('/runs/123/messages');
    expect(Array.isArray(json)).toBe(true);
    expect(items.map(({ sequence, role, content }) => [sequence, role, content])).toEqual([
      [1, 'user', 'hello'],
      [2, 'assistant', 're: hello'],
      [3, 'user', 'more'],
      [4, 'assistant', 're: more'],
    ]);
    expect(items[0]).toMatchObject({
      run_id: 123,
      content_blocks: [{ type: 'text', text: 'hello' }],
    });
    const some = (await get('/runs/123/messages?after_sequence=1&limit=2')).items;
    expect(some.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect((await get('/runs/123/messages?limit=x')).status).toBe(422);
  });
});

describe('cancelRun', () => {
  it('ends the run, and its streams with cancelled', async () => {
    const { ask, post, get } = await served({ script: forever });
    const stream = await ask('POST', '/runs/', { message: 'hello' });
    expect((await post('/runs/123/cancel')).json).toMatchObject({ status: 'cancelled' });
    expect(await stream.text()).toMatch(/data: \{"type": "cancelled"\}\n\n$/);
    expect((await get('/runs/123')).json).toMatchObject({ status: 'cancelled', retryable: true });
  });

  it('is 409 on a run that has ended', async () => {
    const { finished, post } = await served();
    await finished();
    expect((await post('/runs/123/cancel')).status).toBe(409);
  });

  it("is 404 for another user's run", async () => {
    const { start, post } = await served({ script: forever });
    await start({ user_id: 'ada' });
    expect((await post('/runs/123/cancel?user_id=bob')).status).toBe(404);
    expect((await post('/runs/123/cancel?user_id=ada')).status).toBe(200);
  });
});

describe('share', () => {
  it('is the same link, until it is taken back', async () => {
    const { finished, post, call } = await served();
    await finished();
    const first = (await post('/runs/123/share')).json;
    expect(first).toEqual({
      share_token: expect.stringMatching(/^share_/),
      share_url: expect.stringContaining(String(first['share_token'])),
    });
    expect((await post('/runs/123/share')).json).toEqual(first);
    await call('DELETE', '/runs/123/share');
    expect((await post('/runs/123/share')).json['share_token']).not.toBe(first['share_token']);
  });
});

describe('a run', () => {
  it('archives, any number of times', async () => {
    const { finished, post } = await served();
    await finished();
    const first = await post('/runs/123/archive');
    const again = await post('/runs/123/archive');
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json['archived_at']).toBe(first.json['archived_at']);
    expect(again.json['status']).toBe('completed');
  });

  it('notes a view', async () => {
    const { finished, post } = await served();
    expect((await finished()).last_viewed_at).toBeNull();
    expect((await post('/runs/123/view')).json['last_viewed_at']).toEqual(expect.any(String));
  });

  it('has no permission requests where nothing was asked: a bare, empty array', async () => {
    const { finished, get } = await served();
    await finished();
    expect((await get('/runs/123/permissions')).json).toEqual([]);
  });

  it('keeps files by flat names, whatever is in them', async () => {
    const name = 'a b%ü#?.txt';
    const { finished, get } = await served({ script: () => file(name, 'found') });
    await finished();
    const path = `/runs/123/files/${encodeURIComponent(name)}/download`;
    expect((await get(path)).text).toBe('found');
    expect((await get('/runs/123/files/none/download')).status).toBe(404);
    expect((await get('/runs/123/files/a%2Fb/download')).status).toBe(404);
  });

  it('stops sharing', async () => {
    const { finished, call } = await served();
    await finished();
    expect((await call('DELETE', '/runs/123/share')).status).toBe(204);
  });

  it('is 422 for an id that is none', async () => {
    const { get } = await served();
    expect((await get('/runs/abc')).status).toBe(422);
  });
});
