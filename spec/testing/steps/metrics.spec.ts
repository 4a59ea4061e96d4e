import { metrics } from '../../../lib/testing/steps/metrics';
import { served } from '../served';

describe('metrics', () => {
  it('fills the usage of the run', async () => {
    const { start, reached } = await served({ script: () => metrics(1000, 100) });
    expect((await start()).usage).toBeNull();
    expect((await reached(123)).usage).toEqual({
      input_tokens: 1000,
      output_tokens: 100,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
      total_tokens: 1100,
      cost_usd: '0.004500',
    });
  });
});
