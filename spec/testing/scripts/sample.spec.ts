import { sample } from 'm8tes-rx/testing';
import { served } from '../served';

describe('sample', () => {
  it('is a run like any other, whose id is told truly', async () => {
    const { post, get } = await served({ script: sample });
    await post('/runs/', { message: 'one' });
    const { events } = await post('/runs/', { message: 'two' });
    expect(events[0]).toEqual({ type: 'metadata', payload: { run_id: 124 } });
    expect((await get('/runs/124')).json).toMatchObject({
      status: 'completed',
      output: 'Here are the open tickets...',
      usage: null,
    });
  });
});
