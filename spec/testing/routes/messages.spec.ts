import { text } from 'm8tes-rx/testing';
import { served } from '../served';

describe('messages', () => {
  it('is the transcript, as a bare array', async () => {
    const { finished, post, get } = await served({
      script: ({ message }) => text(`re: ${message}`),
    });
    await finished();
    await post('/runs/123/reply', { message: 'more' });
    const { json, items } = await get('/runs/123/messages');
    expect(Array.isArray(json)).toBe(true);
    expect(items.map(({ sequence, role, content }) => [sequence, role, content])).toEqual([
      [1, 'user', 'hello'],
      [2, 'assistant', 're: hello'],
      [3, 'user', 'more'],
      [4, 'assistant', 're: more'],
    ]);
    const some = (await get('/runs/123/messages?after_sequence=1&limit=2')).items;
    expect(some.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect((await get('/runs/123/messages?limit=x')).status).toBe(422);
  });
});
