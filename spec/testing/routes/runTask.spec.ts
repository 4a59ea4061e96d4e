import { text } from 'm8tes-rx/testing';
import { saidIn, served } from '../served';

const aTask = async (fields: Record<string, unknown> = {}) => {
  const all = await served({ script: ({ message }) => text(`re: ${message}`) });
  const teammate = await all.post('/teammates/', { name: 'Triage' });
  const body = { teammate_id: teammate.json['id'], instructions: 'triage', ...fields };
  const { json: task } = await all.post('/tasks/', body);
  const id = task['id'] as number;
  return { ...all, task, path: `/tasks/${id}`, runs: `/tasks/${id}/runs` };
};

describe('runTask', () => {
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
