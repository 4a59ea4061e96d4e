import { served } from '../served';

const ids = (items: readonly { readonly [field: string]: unknown }[]) => items.map(({ id }) => id);

describe('listRuns', () => {
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
