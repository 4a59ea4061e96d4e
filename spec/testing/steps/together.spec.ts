import { approval, question, text, together } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

describe('together', () => {
  it('asks all at once, and goes on when all are decided', async () => {
    const { start, reached, get, post } = await served({
      script: function* () {
        const [{ decision }, label] = yield* together(
          approval({ tool_name: 'gmail_send' }),
          question({ question: 'When?' }),
        );
        yield* text(`${decision} ${label}`);
      },
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const requests = (await get('/runs/123/permissions')).items;
    expect(requests.map(({ status }) => status)).toEqual(['pending', 'pending']);

    const answered = await post('/runs/123/answer', { answers: { 'When?': 'now' } });
    expect(answered.json).toEqual({ status: 'ok', resumed: false });
    expect((await get('/runs/123')).json).toMatchObject({ status: 'awaiting_approval' });
    const { request_id } = requests[0]!;
    const approved = await post('/runs/123/approve', { request_id, decision: 'deny' });
    expect(approved.json).toMatchObject({ status: 'denied', resumed: true });
    expect(await reached(123)).toMatchObject({ output: 'deny now' });
  });
});
