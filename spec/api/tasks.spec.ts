import { lastValueFrom } from 'rxjs';
import { question, text } from 'm8tes-rx/testing';
import { CallOptions } from '../../lib/api/options';
import { TaskRunParams } from '../../lib/api/params';
import { InvalidArgumentError } from '../../lib/errors';
import { errorOf, told } from '../http/holding';
import { calling } from './calling';
import { nocked } from './nocked';

const run = { id: 7, status: 'running' };
const done = { type: 'done', stop_reason: 'end_turn' };
const stream = `data: ${JSON.stringify(done)}\n\ndata: [DONE]\n\n`;

describe('tasks', () => {
  it('runs a task, and streams it', async () => {
    const { client, sent } = nocked({ body: stream });
    expect(await told(client.tasks.run(5))).toEqual({ values: [done] });
    expect(sent).toMatchObject([{ method: 'POST', path: '/tasks/5/runs', body: { stream: true } }]);
  });

  it('runs a task in the background, with all it may be given', async () => {
    const { client, sent } = nocked({ body: run });
    const params = {
      stream: false,
      teammate_id: 1,
      user_id: 'ada',
      metadata: { a: null },
      memory: true,
      history: false,
      task_setup_tools: false,
      feedback: true,
      human_in_the_loop: true,
      permission_mode: 'plan',
      model: 'opus',
      effort: 'low',
      email_inbox: true,
    } as const;
    expect(await told(client.tasks.run(5, params, { idempotencyKey: 'once' }))).toEqual({
      values: [run],
    });
    expect(sent).toMatchObject([{ path: '/tasks/5/runs', headers: { 'idempotency-key': 'once' } }]);
    expect(sent[0]?.body).toEqual(params);
  });

  it.each<[string, unknown[]]>([
    ['taskId', [0]],
    ['taskId', ['5']],
    ['taskId', [null]],
    ['taskId', []],
    ['message', [5, { message: 'hi' }]],
    ['tools', [5, { tools: [] }]],
    ['files', [5, { files: [] }]],
    ['name', [5, { name: 'Ada' }]],
    ['instructions', [5, { instructions: 'work' }]],
    ['output_schema', [5, { output_schema: {} }]],
    ['user_id', [5, { user_id: null }]],
    ['metadata', [5, { metadata: 'x' }]],
    ['parameters', [5, null]],
    ['parameters', [5, {}, null]],
    ['idempotencyKey', [5, {}, { idempotencyKey: '' }]],
    ...Object.keys(TaskRunParams).map(
      (name) => [name, [5, { [name]: null }]] as [string, unknown[]],
    ),
    ...Object.keys(CallOptions).map(
      (name) => [name, [5, {}, { [name]: null }]] as [string, unknown[]],
    ),
  ])('refuses for its %s the arguments %j', async (argument, args) => {
    const { client, sent } = nocked();
    const error = await errorOf(client.tasks.run(...(args as [number])));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument });
    expect(sent).toEqual([]);
  });

  it('are made for an agent, changed, listed and archived, on a real server', async () => {
    const { client } = await calling();
    const { tasks, agents } = client;
    const { id: agent_id } = await lastValueFrom(agents.create({ name: 'Triage' }));
    const task = await lastValueFrom(tasks.create({ agent_id, instructions: 'triage' }));
    expect(task).toMatchObject({ teammate_id: agent_id, status: 'enabled' });
    expect((await told(tasks.list({ agent_id }))).values).toEqual([task]);
    const changed = await lastValueFrom(tasks.update(task.id, { name: 'Daily' }));
    expect(changed).toMatchObject({ id: task.id, name: 'Daily', instructions: 'triage' });
    expect(await told(tasks.delete(task.id))).toEqual({ values: [] });
    expect((await told(tasks.list())).values).toEqual([]);
    expect((await told(tasks.list({ status: 'archived' }))).values).toMatchObject([
      { id: task.id },
    ]);
    expect(await errorOf(tasks.run(task.id))).toMatchObject({ kind: 'invalid' });
  });

  describe('runAndWait', () => {
    const script = function* () {
      const label = yield* question({ question: 'Which team?', options: ['A'] });
      yield* text(`For ${label}`);
    };
    const aTask = async () => {
      const all = await calling({ script });
      const { agents, tasks } = all.client;
      const { id } = await lastValueFrom(agents.create({ name: 'Triage' }));
      return {
        ...all,
        task: await lastValueFrom(tasks.create({ teammate_id: id, instructions: 'x' })),
      };
    };

    it('starts a run of a task once, answers what it asks, and gives its changes', async () => {
      const { client, server, task } = await aTask();
      const run$ = client.tasks.runAndWait(
        task.id,
        { human_in_the_loop: true, metadata: { a: 1 } },
        { interval: 1, onQuestion: () => 'A' },
      );
      const { values } = await told(run$);
      expect(values.at(-1)).toMatchObject({
        task_id: task.id,
        status: 'completed',
        output: 'For A',
        metadata: { a: 1 },
      });
      await told(run$); // one call is one run
      expect(server.runs()).toHaveLength(1);
    });

    it('is checked before anything is sent: a run is billed', async () => {
      const { client, server, task } = await aTask();
      const { runAndWait } = client.tasks;
      for (const [argument, call] of [
        ['interval', runAndWait(task.id, {}, { interval: -1 })],
        ['message', runAndWait(task.id, { message: 'x' } as never)],
        ['taskId', runAndWait(0)],
        ['parameters', runAndWait(task.id, null as never)],
        ['parameters', runAndWait(task.id, 'hello' as never)],
        ['user_id', runAndWait(task.id, { user_id: null as never })],
        ['parameters', runAndWait(task.id, {}, null as never)],
      ] as const) {
        expect(await errorOf(call)).toMatchObject({ name: 'InvalidArgumentError', argument });
      }
      expect(server.runs()).toEqual([]);
    });

    it('waits for the run of the user it is for', async () => {
      const { client, sent } = nocked({ body: { id: 7, status: 'completed' } });
      await told(client.tasks.runAndWait(5, { user_id: 'ada' }));
      expect(sent).toMatchObject([
        { path: '/tasks/5/runs', body: { user_id: 'ada', stream: false } },
        { path: '/runs/7?user_id=ada' },
      ]);
    });
  });
});
