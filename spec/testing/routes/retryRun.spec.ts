import { fail, text } from 'm8tes-rx/testing';
import { served } from '../served';

describe('retryRun', () => {
  it('makes a new run of one that failed', async () => {
    const { start, reached, post, get } = await served({
      script: ({ run }) => (run.retry_count === 0 ? fail('dead') : text('alive')),
    });
    await start({ metadata: { ticket: 7 } });
    const failed = await reached(123, 'failed');
    const { json } = await post('/runs/123/retry?confirm=true&use_credits=true');
    expect(json).toMatchObject({
      id: 124,
      status: 'running',
      task_id: failed.task_id,
      retry_of_run_id: 123,
      retry_count: 1,
      metadata: { ticket: 7 },
    });
    expect(await reached(124)).toMatchObject({ output: 'alive' });
    expect((await get('/runs/123')).json).toMatchObject({ status: 'failed' });
  });

  it('is 409 on a run that did not fail', async () => {
    const { finished, post } = await served();
    await finished();
    expect((await post('/runs/123/retry')).status).toBe(409);
  });
});
