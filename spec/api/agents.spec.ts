import { concatMap, lastValueFrom, take } from 'rxjs';
import { errorOf, told } from '../http/holding';
import { calling } from './calling';

describe('agents, on a real server', () => {
  it('are made, changed, found, put to rest and archived', async () => {
    const { client, asked } = await calling();
    const { agents, runs } = client;
    const { id } = await lastValueFrom(agents.create({ name: 'Triage', model: 'opus' }));
    await lastValueFrom(agents.create({ name: 'Other', user_id: 'ada' }));

    expect((await told(agents.list())).values).toMatchObject([{ name: 'Other' }, { id }]);
    expect((await told(agents.list({ user_id: 'ada' }))).values).toMatchObject([{ name: 'Other' }]);
    const changed = await lastValueFrom(agents.update(id, { role: 'Support', model: null }));
    expect(changed).toMatchObject({ id, name: 'Triage', role: 'Support', status: 'enabled' });
    expect(changed).not.toHaveProperty('model');

    expect(await lastValueFrom(agents.disable(id))).toMatchObject({ status: 'disabled' });
    const run$ = runs.create({ message: 'hello', agent_id: id, stream: false });
    expect(await errorOf(run$)).toMatchObject({ name: 'ApiError', kind: 'invalid' });
    expect(await lastValueFrom(agents.enable(id))).toMatchObject({ status: 'enabled' });
    expect((await told(agents.enable(id).pipe(concatMap(() => run$)))).error).toBeUndefined();

    expect(await told(agents.delete(id))).toEqual({ values: [] });
    expect(await lastValueFrom(agents.get(id))).toMatchObject({ status: 'archived' });
    expect(await lastValueFrom(agents.unarchive(id))).toMatchObject({ status: 'enabled' });
    expect(await errorOf(agents.get(id, { user_id: 'ada' }))).toMatchObject({ kind: 'missing' });
    expect(asked('createTeammate')).toBe(2);
  });

  it('are listed page by page', async () => {
    const { client, asked } = await calling();
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await lastValueFrom(client.agents.create({ name }));
    const { values } = await told(client.agents.list({ limit: 2 }).pipe(take(3)));
    expect(values.map(({ name }) => name)).toEqual(['e', 'd', 'c']);
    expect(asked('listTeammates')).toBe(2);
  });
});
