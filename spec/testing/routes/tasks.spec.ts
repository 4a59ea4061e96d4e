import type { LocalServerOptions } from 'm8tes-rx/testing';
import { makeTask } from '../../../lib/testing/routes/tasks';
import { makeTeammate } from '../../../lib/testing/routes/teammates';
import { aCall, forever } from '../held';
import { served } from '../served';

describe('taskRoutes', () => {
  const aTeammate = async (
    fields: Record<string, unknown> = {},
    options: LocalServerOptions = {},
  ) => {
    const all = await served(options);
    const { json } = await all.post('/teammates/', { name: 'Triage', ...fields });
    const teammate_id = json['id'] as number;
    const make = (body: Record<string, unknown> = {}) =>
      all.post('/tasks/', { teammate_id, instructions: 'triage', ...body });
    return { ...all, teammate_id, make };
  };

  it('makes a task', async () => {
    const { make, get, teammate_id } = await aTeammate({ user_id: 'ada' });
    const { status, json } = await make({ name: 'Daily', tools: ['gmail'] });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      teammate_id,
      name: 'Daily',
      instructions: 'triage',
      tools: ['gmail'],
      user_id: 'ada',
      status: 'enabled',
      created_at: expect.any(String),
    });
    expect((await get(`/tasks/${String(json['id'])}`)).json).toEqual(json);
  });

  it.each([
    [{ instructions: null }, 422],
    [{ instructions: '' }, 422],
    [{ instructions: ' \n' }, 422],
    [{ teammate_id: null }, 422],
    [{ tools: ['no_such_tool'] }, 422],
    [{ permission_mode: 'approval' }, 422],
    [{ teammate_id: 999 }, 404],
    [{ user_id: 'bob' }, 404],
  ])('refuses %j: %d', async (body, status) => {
    const { make } = await aTeammate({ user_id: 'ada' });
    expect((await make(body)).status).toBe(status);
  });

  it('lists newest first, by teammate and by user', async () => {
    const { make, get, teammate_id } = await aTeammate();
    await make({ name: 'One' });
    await make({ name: 'Two', user_id: 'ada' });
    const names = async (query: string) =>
      (await get(`/tasks/?${query}`)).items.map(({ name }) => name);
    expect(await names('')).toEqual(['Two', 'One']);
    expect(await names('limit=1')).toEqual(['Two']);
    expect(await names(`teammate_id=${teammate_id}`)).toEqual(['Two', 'One']);
    expect(await names('user_id=ada')).toEqual(['Two']);
    expect(await names('user_id=nobody')).toEqual([]);
  });

  it('edits a task', async () => {
    const { make, call } = await aTeammate();
    const { json } = await make();
    const path = `/tasks/${String(json['id'])}`;
    const edited = await call('PATCH', path, { instructions: 'less', id: 7 });
    expect(edited.json).toMatchObject({ id: json['id'], instructions: 'less' });
    expect((await call('PATCH', path, { permission_mode: 'plan' })).status).toBe(422);
    expect((await call('PATCH', path, { instructions: ' ' })).status).toBe(422);
  });

  it('keeps all that it is given, and takes back what is null', async () => {
    const { make, call } = await aTeammate();
    const body = {
      expected_output: 'A list',
      goals: 'Nothing missed',
      email_notifications: false,
      model: 'opus',
      effort: 'low',
    };
    const { json } = await make(body);
    expect(json).toMatchObject({ ...body, webhook_url: null, webhook_enabled: false });
    const changes = { model: null, effort: null, goals: null, email_notifications: true };
    expect((await call('PATCH', `/tasks/${String(json['id'])}`, changes)).json).toMatchObject({
      ...body,
      model: null,
      effort: null,
      email_notifications: true,
    });
  });

  it('runs with its own model, else with that of its agent', async () => {
    const { make, post, start } = await aTeammate({ model: 'haiku', effort: 'low' });
    const { json } = await make({ model: 'opus' });
    const run = { stream: false };
    const runs = `/tasks/${String(json['id'])}/runs`;
    expect((await post(runs, run)).json).toMatchObject({ model: 'opus', effort: 'low' });
    expect((await post(runs, { ...run, model: 'gpt-5' })).json).toMatchObject({ model: 'gpt-5' });
    expect(await start()).toMatchObject({ model: 'haiku' });
  });

  it('runs no more, nor again, when its agent rests or is archived', async () => {
    const { make, post, call, start, reached } = await aTeammate({}, { script: forever });
    const { json } = await make();
    const { id } = await start({ teammate_id: 1 });
    await post(`/runs/${id}/cancel`);
    await reached(id, 'cancelled');
    const tries = async () => [
      (await post(`/tasks/${String(json['id'])}/runs`, { stream: false })).status,
      (await post(`/runs/${id}/retry`)).status,
    ];
    await post('/agents/1/disable');
    expect(await tries()).toEqual([400, 400]);
    await call('DELETE', '/agents/1');
    expect(await tries()).toEqual([400, 400]);
    await post('/agents/1/unarchive');
    expect(await tries()).toEqual([200, 200]);
  });

  it('lists by status, and archived ones only so', async () => {
    const { make, call, get } = await aTeammate();
    for (const name of ['On', 'Off', 'Gone']) await make({ name });
    await call('PATCH', '/tasks/2', { status: 'disabled' });
    await call('DELETE', '/tasks/3');
    const names = async (query: string) =>
      (await get(`/tasks/?${query}`)).items.map(({ name }) => name);
    expect(await names('')).toEqual(['Off', 'On']);
    expect(await names('status=enabled')).toEqual(['On']);
    expect(await names('status=disabled')).toEqual(['Off']);
    expect(await names('status=archived')).toEqual(['Gone']);
    expect((await get('/tasks/?status=asleep')).status).toBe(422);
    expect((await call('PATCH', '/tasks/1', { status: 'archived' })).status).toBe(422);
  });

  it('is 404 for another user, where one is named', async () => {
    const { make, get, call } = await aTeammate();
    await make({ user_id: 'ada' });
    expect((await get('/tasks/1?user_id=ada')).status).toBe(200);
    expect((await get('/tasks/1?user_id=bob')).status).toBe(404);
    expect((await call('PATCH', '/tasks/1?user_id=bob', { name: 'x' })).status).toBe(404);
  });

  it('archives a task: 204, in no list, readable by id', async () => {
    const { make, call, get } = await aTeammate();
    const { json } = await make();
    const path = `/tasks/${String(json['id'])}`;
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await get('/tasks/')).items).toEqual([]);
    expect((await get(path)).json).toMatchObject({ status: 'archived' });
  });

  it("is 404 for another account's", async () => {
    const { make, get } = await aTeammate();
    const { json } = await make();
    expect((await get(`/tasks/${String(json['id'])}`, { key: 'm8_other' })).status).toBe(404);
  });
});

describe('makeTask', () => {
  it("inherits its teammate's tools and user", () => {
    const { account, world } = aCall();
    const teammate = makeTeammate(account, world, { user_id: 'ada', tools: ['gmail'] });
    const task = makeTask(account, world, teammate, { instructions: 'work' });
    expect(account.tasks.get(task.id)).toBe(task);
    expect(task).toMatchObject({ user_id: 'ada', tools: ['gmail'], name: 'work' });
  });
});
