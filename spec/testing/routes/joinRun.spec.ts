import { text, wait } from 'm8tes-rx/testing';
import { forever } from '../held';
import { saidIn, served } from '../served';

describe('joinRun', () => {
  it('replays the whole history so far, then is live', async () => {
    const { ask, get } = await served({
      script: () => [...text('One ', 'two '), ...wait(20), ...text('three')],
    });
    const created = await ask('POST', '/runs/', { message: 'hello' });
    const joined = await get('/runs/123/stream');
    expect(joined.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(joined.text).toBe(await created.text());
    expect(saidIn(joined.events)).toBe('One two three');
  });

  it('is 409 once the run no longer executes, and 404 for an unknown one', async () => {
    const { finished, get } = await served();
    await finished();
    expect((await get('/runs/123/stream')).status).toBe(409);
    expect((await get('/runs/999/stream')).status).toBe(404);
  });

  it.each([
    ['whole', ['hello', 'again']],
    ['turn', ['again']],
  ] as const)('of a run that was replied to, history %s replays %j', async (history, said) => {
    const { finished, ask, get, post } = await served({
      history,
      script: ({ message, turn }) => [...text(message), ...(turn === 0 ? [] : wait(20))],
    });
    await finished();
    const reply = await ask('POST', '/runs/123/reply', { message: 'again' });
    const { events } = await get('/runs/123/stream');
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(said.length);
    expect(saidIn(events)).toBe(said.join(''));
    await reply.text();
    expect((await post('/runs/123/cancel')).status).toBe(409);
  });

  it('goes on to a queued message', async () => {
    const { start, get, post } = await served({
      script: ({ message }) => [...text(message), ...wait(20)],
    });
    await start();
    const join = get('/runs/123/stream');
    await post('/runs/123/reply', { message: ' and more' });
    expect(saidIn((await join).events)).toBe('hello and more');
  });

  it('has any number of listeners', async () => {
    const { server, start, ask, post } = await served({ script: forever });
    await start();
    const joins = await Promise.all([1, 2, 3].map(() => ask('GET', '/runs/123/stream')));
    expect(server.streams()).toBe(3);
    await post('/runs/123/cancel');
    const [first, ...others] = await Promise.all(joins.map((join) => join.text()));
    expect(others).toEqual([first, first]);
  });
});
