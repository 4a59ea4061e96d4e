import { CallOptions } from '../../lib/api/options';
import { TaskRunParams } from '../../lib/api/params';
import { InvalidArgumentError } from '../../lib/errors';
import { errorOf, told } from '../http/holding';
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
});
