import { metrics, text } from 'm8tes-rx/testing';
import { served } from '../served';

describe('outcome', () => {
  it('is how a run came out', async () => {
    const { finished, get } = await served({
      script: () => [...text('All done.\nNothing to see.'), ...metrics(1000, 100)],
    });
    await finished();
    expect((await get('/runs/123/outcome')).json).toEqual({
      run_id: 123,
      status: 'completed',
      summary: 'All done.\nNothing to see.',
      headline: 'All done.',
      needs_reply: false,
      output_data: null,
      message_count: 2,
      input_tokens: 1000,
      output_tokens: 100,
      total_tokens: 1100,
      cost_usd: '0.004500',
    });
  });
});
