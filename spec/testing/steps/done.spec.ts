import { done, text } from 'm8tes-rx/testing';
import { served } from '../served';

describe('done', () => {
  it('ends the turn, with the end marker after it when asked', async () => {
    const { post, get } = await served({
      script: () => [...text('hello'), ...done('max_tokens', { marker: true })],
    });
    const { text: stream } = await post('/runs/', { message: 'hello' });
    expect(stream).toMatch(
      /data: \{"type": "done", "stop_reason": "max_tokens"\}\n\ndata: \[DONE\]\n\n$/,
    );
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'completed',
      stop_reason: 'max_tokens',
      output: 'hello',
    });
  });
});
