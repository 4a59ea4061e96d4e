import { chooseTeammate, makeTeammate } from '../../../lib/testing/routes/teammates';
import { aCall, forever } from '../held';
import { served } from '../served';

describe.each(['/agents', '/teammates'])('teammateRoutes, as %s', (base) => {
  it('makes a teammate', async () => {
    const { post, get } = await served();
    const body = { name: 'Triage', instructions: 'Be brief.', tools: ['gmail'], user_id: 'ada' };
    const { status, json } = await post(`${base}/`, body);
    expect(status).toBe(201);
    expect(json).toMatchObject({ ...body, status: 'enabled', created_at: expect.any(String) });
    expect((await get(`${base}/${String(json['id'])}`)).json).toEqual(json);
  });

  it.each([[{}], [{ name: 7 }], [{ name: 'x', tools: ['no_such_tool'] }]])(
    'refuses %j: 422',
    async (body) => {
      const { post } = await served();
      expect((await post(`${base}/`, body)).status).toBe(422);
    },
  );

  it('lists, edits and archives', async () => {
    const { post, call, get } = await served();
    await post(`${base}/`, { name: 'One', user_id: 'ada' });
    await post(`${base}/`, { name: 'Two' });
    const names = async (query = '') =>
      (await get(`${base}/${query}`)).items.map(({ name }) => name);
    expect(await names()).toEqual(['Two', 'One']);
    expect(await names('?user_id=ada')).toEqual(['One']);
    expect((await call('PATCH', `${base}/1`, { name: 'First' })).json).toMatchObject({
      name: 'First',
      user_id: 'ada',
    });
    expect((await call('DELETE', `${base}/1`)).status).toBe(204);
    expect(await names()).toEqual(['Two']);
    expect((await get(`${base}/1`)).json).toMatchObject({ status: 'archived' });
  });

  it('keeps all that it is given, and takes back what is null', async () => {
    const { post, call } = await served();
    const body = {
      name: 'Triage',
      role: 'Support',
      goals: 'No mail unread.',
      metadata: { team: 7 },
      default_permission_mode: 'approval',
      model: 'opus',
      effort: 'low',
      enable_memory: false,
    };
    const { json } = await post(`${base}/`, body);
    expect(json).toMatchObject({ ...body, enable_history: null, active_run_count: 0 });
    const cleared = { model: null, effort: null, enable_memory: null };
    const changes = { ...cleared, role: null, goals: '' };
    expect((await call('PATCH', `${base}/1`, changes)).json).toMatchObject({
      ...body,
      ...cleared,
      goals: '',
    });
  });

  it('is made of a template, too', async () => {
    const { post } = await served();
    const { json } = await post(`${base}/`, { from_template: 'ppc-manager' });
    expect(json).toMatchObject({ name: 'ppc-manager' });
  });

  it('rests, works again, and comes back from the archive', async () => {
    const { post, call, get } = await served();
    await post(`${base}/`, { name: 'One' });
    const does = async (what: string) => {
      const { status, json } = await post(`${base}/1/${what}`);
      return status === 200 ? json['status'] : status;
    };
    expect(await does('disable')).toBe('disabled');
    expect((await get(`${base}/`)).items).toHaveLength(1);
    const run = { message: 'hello', stream: false, teammate_id: 1 };
    expect((await post('/runs/', run)).status).toBe(400);
    expect(await does('enable')).toBe('enabled');
    expect(await does('unarchive')).toBe('enabled');
    await call('DELETE', `${base}/1`);
    expect([await does('enable'), await does('disable')]).toEqual([409, 409]);
    expect((await post('/runs/', run)).status).toBe(404);
    expect(await does('unarchive')).toBe('enabled');
    expect((await post('/runs/', run)).status).toBe(200);
  });

  it('says what it is at', async () => {
    const { post, get, start } = await served({ script: forever });
    await post(`${base}/`, { name: 'One' });
    expect((await get(`${base}/1`)).json).toMatchObject({
      active_run_id: null,
      active_run_count: 0,
      last_active_at: null,
    });
    await start({ teammate_id: 1 });
    await start({ teammate_id: 1 });
    expect((await get(`${base}/`)).items).toMatchObject([
      { active_run_id: 124, active_run_count: 2, last_active_at: expect.any(String) },
    ]);
    await post('/runs/124/cancel');
    expect((await get(`${base}/1`)).json).toMatchObject({
      active_run_id: 123,
      active_run_count: 1,
    });
  });

  it('is 404 for another user, where one is named', async () => {
    const { post, get, call } = await served();
    await post(`${base}/`, { name: 'Hers', user_id: 'ada' });
    expect((await get(`${base}/1?user_id=ada`)).status).toBe(200);
    expect((await get(`${base}/1?user_id=bob`)).status).toBe(404);
    expect((await call('DELETE', `${base}/1?user_id=bob`)).status).toBe(404);
    expect((await post(`${base}/1/disable?user_id=bob`)).status).toBe(404);
  });

  it("is 404 for another account's, whatever is asked of it", async () => {
    const { post, call } = await served();
    await post(`${base}/`, { name: 'Mine' });
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined;
      const { status } = await call(method, `${base}/1`, body, { key: 'm8_other' });
      expect(status).toBe(404);
    }
  });
});

describe('chooseTeammate', () => {
  const missing = expect.objectContaining({ status: 404 }) as Error;

  const { account, world } = aCall();
  const choose = (body: Record<string, unknown>) => chooseTeammate(account, world, body);

  it('makes one where there is none, and finds it the next time', () => {
    const made = choose({ metadata: { of: 'the run' } });
    expect(made).toMatchObject({ name: 'Assistant', metadata: null });
    expect(choose({})).toBe(made);
  });

  it('makes one for a user of its own', () => {
    expect(choose({ user_id: 'ada' })).toMatchObject({ user_id: 'ada' });
    expect(choose({ user_id: 'ada' })).toBe(choose({ user_id: 'ada' }));
    expect(choose({ user_id: 'ada' })).not.toBe(choose({}));
  });

  it('makes one under the name that is given', () => {
    expect(choose({ name: 'Triage' })).toMatchObject({ name: 'Triage' });
  });

  it('takes the one whose id is given, but not for another user', () => {
    const teammate = makeTeammate(account, world, { user_id: 'ada' });
    expect(choose({ teammate_id: teammate.id })).toBe(teammate);
    expect(() => choose({ teammate_id: teammate.id, user_id: 'bob' })).toThrow(missing);
    expect(() => choose({ teammate_id: 999 })).toThrow(missing);
  });

  it('takes none that is archived', () => {
    const teammate = makeTeammate(account, world, {});
    account.teammates.set(teammate.id, { ...teammate, status: 'archived' });
    expect(() => choose({ teammate_id: teammate.id })).toThrow(missing);
  });
});
