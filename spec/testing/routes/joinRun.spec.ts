import { text } from 'm8tes-rx/testing';
import { aDoor, forever } from '../held';
import { eventsIn, saidIn, served } from '../served';

describe('joinRun', () => {
  it('replays the whole history so far, then is live', async () => {
    const door = aDoor();
    const { ask } = await served({
      script: function* () {
        yield* text('One ', 'two ');
        yield* door.wait();
        yield* text('three');
      },
    });
    const created = await ask('POST', '/runs/', { message: 'hello' });
    const joined = await ask('GET', '/runs/123/stream');
    expect(joined.headers.get('content-type')).toMatch(/^text\/event-stream/);
    door.open();
    const stream = await joined.text();
    expect(stream).toBe(await created.text());
    expect(saidIn(eventsIn(stream))).toBe('One two three');
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
    const door = aDoor();
    const { finished, ask, post } = await served({
      history,
      script: function* ({ message, turn }) {
        yield* text(message);
        if (turn > 0) yield* door.wait();
      },
    });
    await finished();
    const reply = await ask('POST', '/runs/123/reply', { message: 'again' });
    const joined = await ask('GET', '/runs/123/stream');
    door.open();
    const events = eventsIn(await joined.text());
    expect(events.filter(({ type }) => type === 'done')).toHaveLength(said.length);
    expect(saidIn(events)).toBe(said.join(''));
    await reply.text();
    expect((await post('/runs/123/cancel')).status).toBe(409);
  });

  it('goes on to a queued message', async () => {
    const door = aDoor();
    const { start, ask, post } = await served({
      script: function* ({ message }) {
        yield* text(message);
        yield* door.wait();
      },
    });
    await start();
    const joined = await ask('GET', '/runs/123/stream');
    await post('/runs/123/reply', { message: ' and more' });
    door.open();
    expect(saidIn(eventsIn(await joined.text()))).toBe('hello and more');
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
