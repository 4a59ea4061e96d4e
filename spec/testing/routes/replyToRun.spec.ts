import { text } from 'm8tes-rx/testing';
import { aDoor, forever } from '../held';
import { eventsIn, saidIn, served, until } from '../served';

const script = ({ message }: { message: string }) => text(`re: ${message}`);

describe('replyToRun', () => {
  it('opens the same run again, and streams its turn', async () => {
    const { server, finished, post, get } = await served({ script });
    await finished();
    const { events } = await post('/runs/123/reply', { message: 'more' });
    expect(events[0]).toEqual({ type: 'metadata', payload: { run_id: 123 } });
    expect(saidIn(events)).toBe('re: more');
    expect(server.runs()).toHaveLength(1);
    expect((await get('/runs/123')).json).toMatchObject({
      status: 'completed',
      output: 're: more',
      delivery: 'resumed',
    });
  });

  it('answers with the JSON run, resumed, when no stream was asked for', async () => {
    const { finished, post, reached } = await served({ script });
    await finished();
    const { json } = await post('/runs/123/reply', { message: 'more', stream: false });
    expect(json).toMatchObject({
      id: 123,
      status: 'running',
      delivery: 'resumed',
      queued_message_id: null,
    });
    await reached(123);
  });

  it('is queued while a turn is executing: JSON even when a stream was asked for, then the next turn', async () => {
    const door = aDoor();
    const { server, start, post, ask } = await served({
      script: function* ({ message }) {
        yield* text(message);
        yield* door.wait();
      },
    });
    await start();
    const { headers, json } = await post('/runs/123/reply', { message: ', next', stream: true });
    expect(headers.get('content-type')).toBe('application/json');
    expect(json).toMatchObject({ id: 123, status: 'running', delivery: 'queued' });
    expect(json['queued_message_id']).toEqual(expect.any(Number));
    const joined = await ask('GET', '/runs/123/stream');
    door.open();
    expect(saidIn(eventsIn(await joined.text()))).toBe('hello, next');
    await until(() => server.runs()[0]!.output === ', next');
  });

  it('takes files', async () => {
    const { finished, post, get } = await served({ script });
    await finished();
    const form = new FormData();
    form.append('payload', '{"message":"read this"}');
    form.append('files', new Blob(['x'], { type: 'text/plain' }), 'x.txt');
    expect(saidIn((await post('/runs/123/reply/with-files', form)).events)).toBe('re: read this');
    expect((await get('/runs/123/files')).items).toEqual([{ name: 'x.txt', size: 1 }]);
  });

  it.each([[{}], [{ message: '' }], [{ message: 'x', permission_mode: 'plan' }]])(
    'refuses %j: 422',
    async (body) => {
      const { start, post } = await served({ script: forever });
      await start();
      expect((await post('/runs/123/reply', body)).status).toBe(422);
    },
  );

  it('is 404 for an unknown run', async () => {
    const { post } = await served();
    expect((await post('/runs/999/reply', { message: 'more' })).status).toBe(404);
  });
});
