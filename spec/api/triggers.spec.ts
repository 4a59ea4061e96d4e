import { concatMap, filter, lastValueFrom } from 'rxjs';
import { InvalidArgumentError } from '../../lib/errors';
import { errorOf, told } from '../http/holding';
import { calling } from './calling';
import { nocked } from './nocked';

describe('triggers', () => {
  it.each([
    [{ cron: '* * * * *', interval_seconds: 60 }, 'interval_seconds'],
    [{ cron: '* * * * *', run_at: '2027-01-31' }, 'run_at'],
    [{ interval_seconds: 60, run_at: '2027-01-31' }, 'run_at'],
  ])('have one of their times: not %j', async (times, argument) => {
    const { client, sent } = nocked();
    const { create, update } = client.tasks.triggers;
    for (const call of [create(5, { type: 'schedule', ...times }), update(5, 'app_1', times)]) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ argument });
      expect(error.message).toContain('one too many');
    }
    expect(sent).toEqual([]);
  });

  it.each<[string, object]>([
    ['type', {}],
    ['type', { type: 'moon' }],
    ['cron', { type: 'schedule', cron: 7 }],
    ['interval_seconds', { type: 'schedule', interval_seconds: 0.5 }],
    ['run_at', { type: 'schedule', run_at: new Date(0) }],
    ['allowed_senders', { type: 'email', allowed_senders: 'ada' }],
    ['enabled', { type: 'email', enabled: false }],
  ])('are refused for their %s: %j', async (argument, params) => {
    const { client, sent } = nocked();
    const error = await errorOf(client.tasks.triggers.create(5, params as never));
    expect(error).toMatchObject({ name: 'InvalidArgumentError', argument });
    expect(sent).toEqual([]);
  });

  it.each([7, '7', '', '..', 'a/b', null, undefined, {}])(
    'are called by their whole id, which is text: not by %j',
    async (id) => {
      const { client, sent } = nocked();
      const { update, delete: remove } = client.tasks.triggers;
      for (const call of [update(5, id as string, {}), remove(5, id as string)]) {
        expect(await errorOf(call)).toMatchObject({
          name: 'InvalidArgumentError',
          argument: 'triggerId',
        });
      }
      expect(sent).toEqual([]);
    },
  );

  it('are made, listed, changed and taken away, on a real server', async () => {
    const { client, server } = await calling();
    const { tasks, agents, runs } = client;
    const task = await lastValueFrom(
      agents
        .create({ name: 'Triage' })
        .pipe(concatMap(({ id }) => tasks.create({ agent_id: id, instructions: 'triage' }))),
    );
    const schedule = await lastValueFrom(
      tasks.triggers.create(task.id, { type: 'schedule', cron: '0 8 * * 1-5' }),
    );
    expect(schedule).toMatchObject({ id: 'schedule_1', enabled: true, timezone: 'UTC' });
    const webhook = await lastValueFrom(tasks.triggers.create(task.id, { type: 'webhook' }));
    expect((await told(tasks.triggers.list(task.id))).values).toEqual([schedule, webhook]);

    const { id } = server.fire(schedule.id);
    const run = await lastValueFrom(
      runs.poll(id, { interval: 1 }).pipe(filter(({ status }) => status === 'completed')),
    );
    expect(run).toMatchObject({ task_id: task.id, output: expect.stringContaining('triage') });

    const resting = await lastValueFrom(
      tasks.triggers.update(task.id, schedule.id, { enabled: false }),
    );
    expect(resting).toMatchObject({ id: 'schedule_1', enabled: false });
    expect(resting).not.toHaveProperty('next_run');
    expect(await told(tasks.triggers.delete(task.id, 'schedule_1'))).toEqual({ values: [] });
    expect((await told(tasks.triggers.list(task.id))).values).toEqual([webhook]);
  });
});
