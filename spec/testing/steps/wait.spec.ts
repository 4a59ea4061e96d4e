import { text, wait } from 'm8tes-rx/testing';
import { saidIn, served } from '../served';

describe('wait', () => {
  it('adds nothing to the stream', async () => {
    const { post } = await served({ script: () => [...wait(1), ...text('hello'), ...wait(0)] });
    const { events } = await post('/runs/', { message: 'hello' });
    expect(saidIn(events)).toBe('hello');
    expect(events).toHaveLength(5);
  });
});
