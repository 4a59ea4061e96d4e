import { text } from 'm8tes-rx/testing';
import { served } from '../served';

const weekdays = { type: 'schedule', cron: '0 8 * * 1-5', timezone: 'America/New_York' };

const aTask = async (fields: Record<string, unknown> = {}, options = {}) => {
  const all = await served(options);
  const { json: agent } = await all.post('/agents/', { name: 'Triage' });
  const { json: task } = await all.post('/tasks/', {
    teammate_id: agent['id'],
    instructions: 'triage',
    ...fields,
  });
  const path = `/tasks/${String(task['id'])}`;
  const triggers = `${path}/triggers/`;
  const make = (body: Record<string, unknown>) => all.post(triggers, body);
  return { ...all, path, triggers, make };
};

describe('triggerRoutes', () => {
  it('makes a schedule, and says when it starts its task next', async () => {
    const { make } = await aTask();
    const { status, json } = await make(weekdays);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      id: 'schedule_1',
      ...weekdays,
      enabled: true,
      interval_seconds: null,
      run_at: null,
    });
    const next = new Date(String(json['next_run']));
    expect(next.getTime()).toBeGreaterThan(Date.now());
    const there = next.toLocaleString('en-US', {
      timeZone: 'America/New_York',
      ...({ weekday: 'short', hour: 'numeric', minute: 'numeric' } as const),
    });
    expect(there).toMatch(/^(Mon|Tue|Wed|Thu|Fri) 8:00.AM$/);
  });

  it('gives each kind the id it has', async () => {
    const { make, get, triggers, path } = await aTask();
    const url = (await make({ type: 'webhook' })).json['url'];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hooks\/hook_/);
    expect((await make({ type: 'email', allowed_senders: ['@a.org'] })).json).toMatchObject({
      id: 'email',
      address: 'task-1@inbox.m8tes.local',
      allowed_senders: ['@a.org'],
    });
    const app = { type: 'app', app: 'gmail', trigger_name: 'new_mail', trigger_config: { a: 1 } };
    expect((await make(app)).json).toMatchObject({ id: 'app_1', ...app });
    await make({ type: 'schedule', interval_seconds: 60 });
    expect((await get(triggers)).json).toMatchObject({
      data: [{ id: 'webhook' }, { id: 'email' }, { id: 'app_1' }, { id: 'schedule_2' }],
      has_more: false,
    });
    expect((await get(path)).json).toMatchObject({ webhook_url: url, webhook_enabled: true });
    expect((await make({ type: 'webhook' })).json['url']).not.toBe(url);
    expect((await get(triggers)).items).toHaveLength(4);
  });

  it('changes one, and lets it rest', async () => {
    const { make, call, triggers } = await aTask();
    await make(weekdays);
    const at = `${triggers}schedule_1`;
    expect((await call('PATCH', at, { interval_seconds: 60 })).json).toMatchObject({
      cron: null,
      interval_seconds: 60,
      next_run: expect.any(String),
    });
    expect((await call('PATCH', at, { enabled: false })).json).toMatchObject({
      interval_seconds: 60,
      next_run: null,
    });
    await make({ type: 'email' });
    expect((await call('PATCH', `${triggers}email`, { cron: '* * * * *' })).status).toBe(422);
  });

  it('takes an interval longer than time itself', async () => {
    const { make } = await aTask();
    const interval_seconds = Number.MAX_SAFE_INTEGER;
    const { status, json } = await make({ type: 'schedule', interval_seconds });
    expect({ status, json }).toMatchObject({ status: 201, json: { next_run: null } });
  });

  it('takes one away', async () => {
    const { make, call, get, triggers } = await aTask();
    await make(weekdays);
    expect((await call('DELETE', `${triggers}schedule_1`)).status).toBe(204);
    expect((await get(triggers)).items).toEqual([]);
    expect((await call('DELETE', `${triggers}schedule_1`)).status).toBe(404);
    expect((await call('DELETE', `${triggers}1`)).status).toBe(422);
  });

  it.each([
    [{}, 422],
    [{ type: 'moon' }, 422],
    [{ type: 'schedule' }, 422],
    [{ type: 'schedule', cron: 'daily' }, 422],
    [{ type: 'schedule', cron: '* * * * *', interval_seconds: 60 }, 422],
    [{ type: 'schedule', interval_seconds: 0 }, 422],
    [{ type: 'schedule', run_at: 'tomorrow' }, 422],
    [{ type: 'schedule', run_at: 'tomorrow 5' }, 422],
    [{ type: 'schedule', run_at: '2027-02-30' }, 422],
    [{ ...weekdays, timezone: 'Moon' }, 422],
    [{ type: 'webhook', cron: '* * * * *' }, 422],
    [{ type: 'app', app: 'gmail' }, 422],
    [{ type: 'email', allowed_senders: 'ada' }, 422],
    [{ ...weekdays, user_id: 'bob' }, 404],
  ])('refuses %j: %d', async (body, status) => {
    const { make } = await aTask({ user_id: 'ada' });
    expect((await make(body)).status).toBe(status);
  });

  it('is 404 for a task of another account, or user', async () => {
    const { make, triggers, get, call } = await aTask({ user_id: 'ada' });
    await make(weekdays);
    expect((await get(triggers, { key: 'm8_other' })).status).toBe(404);
    expect((await get(`${triggers}?user_id=bob`)).status).toBe(404);
    expect((await call('DELETE', `${triggers}schedule_1?user_id=bob`)).status).toBe(404);
    expect((await get(`${triggers}?user_id=ada`)).items).toHaveLength(1);
  });

  it('is 400 for a task that is archived', async () => {
    const { make, call, path } = await aTask();
    await call('DELETE', path);
    expect((await make(weekdays)).status).toBe(400);
  });
});

describe('fire', () => {
  const script = ({ message }: { message: string }) => text(`did: ${message}`);

  it('starts the task of a schedule', async () => {
    const { server, make, reached } = await aTask({ user_id: 'ada', model: 'opus' }, { script });
    await make(weekdays);
    const run = server.fire('schedule_1');
    expect(run).toMatchObject({ id: 123, task_id: 1, status: 'running', user_id: 'ada' });
    expect(run).toMatchObject({ model: 'opus' });
    expect(await reached(123)).toMatchObject({ output: 'did: triage' });
    expect(server.fire('schedule_1').id).toBe(124);
  });

  it.each([
    ['schedule_7', 'there is none of this id'],
    ['email', 'it is no schedule'],
    ['schedule_1', 'it is not enabled'],
    ['schedule_2', 'its task is archived'],
  ])('says why %s cannot be: %s', async (id, why) => {
    const { server, make, call, triggers, path } = await aTask();
    await make(weekdays);
    await make({ type: 'email' });
    await make(weekdays);
    await call('PATCH', `${triggers}schedule_1`, { enabled: false });
    await call('DELETE', path);
    expect(() => server.fire(id)).toThrow(`trigger ${id} cannot be fired: ${why}`);
    expect(server.runs()).toEqual([]);
  });

  it('starts no task that rests, nor one whose agent does', async () => {
    const { server, make, call, path, post } = await aTask();
    await make(weekdays);
    await call('PATCH', path, { status: 'disabled' });
    expect(() => server.fire('schedule_1')).toThrow('its task is disabled');
    await call('PATCH', path, { status: 'enabled' });
    await post('/agents/1/disable');
    expect(() => server.fire('schedule_1')).toThrow('The teammate is disabled');
    await call('DELETE', '/agents/1');
    expect(() => server.fire('schedule_1')).toThrow('The teammate is archived');
    expect(server.runs()).toEqual([]);
  });

  it('starts nothing that nobody would stop', async () => {
    const { server, make } = await aTask();
    await make(weekdays);
    await server.close();
    expect(() => server.fire('schedule_1')).toThrow('cannot be fired: the server is closed');
    expect(server.runs()).toEqual([]);
  });
});
