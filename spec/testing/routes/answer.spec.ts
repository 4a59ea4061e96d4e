import { approval, question, together } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

const ok = { answers: { 'Sure?': 'yes' } };

const waiting = async () => {
  const all = await served({
    script: function* () {
      yield* together(question({ question: 'Sure?' }), question({ question: 'Really?' }));
      yield* approval({ tool_name: 'gmail_send' });
    },
  });
  await all.start(asksPeople);
  await all.reached(123, 'awaiting_approval');
  return all;
};

describe('answer', () => {
  it('answers the first question that waits, or the one it names', async () => {
    const { get, post } = await waiting();
    const statuses = async () =>
      (await get('/runs/123/permissions')).items.map(({ status }) => status);
    const [, second] = (await get('/runs/123/permissions')).items;
    const { request_id } = second!;
    expect((await post('/runs/123/answer', { ...ok, request_id })).json).toEqual({
      status: 'ok',
      resumed: false,
    });
    expect((await statuses()).slice(0, 2)).toEqual(['pending', 'answered']);
    expect((await post('/runs/123/answer', ok)).json).toEqual({ status: 'ok', resumed: true });
  });

  it.each([[{}], [{ answers: {} }], [{ answers: 'yes' }], [{ answers: { q: 1 } }]])(
    'refuses %j: 422',
    async (body) => {
      const { post } = await waiting();
      expect((await post('/runs/123/answer', body)).status).toBe(422);
    },
  );

  it('is 404 for an unknown run, and for an unknown question', async () => {
    const { post } = await waiting();
    expect((await post('/runs/999/answer', ok)).status).toBe(404);
    const { status } = await post('/runs/123/answer', { ...ok, request_id: 'req_none' });
    expect(status).toBe(404);
  });

  it('is 409 unless the run awaits one', async () => {
    const { post, finished } = await served();
    await finished();
    expect((await post('/runs/123/answer', ok)).status).toBe(409);
  });

  it('is 409 when the run waits for a tool, not for an answer', async () => {
    const { post, start, reached } = await served({
      script: () => approval({ tool_name: 'gmail_send' }),
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    expect((await post('/runs/123/answer', ok)).status).toBe(409);
  });
});
