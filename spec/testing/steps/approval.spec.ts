import { approval, text } from 'm8tes-rx/testing';
import { asksPeople } from '../held';
import { served } from '../served';

describe('approval', () => {
  it.each(['allow', 'deny'])('hands %s, and why, back to the script', async (decision) => {
    const { start, reached, get, post } = await served({
      script: function* () {
        const { decision, reason } = yield* approval({ tool_name: 'gmail_send' });
        yield* text(`${decision}: ${reason}`);
      },
    });
    await start(asksPeople);
    await reached(123, 'awaiting_approval');
    const [request] = (await get('/runs/123/permissions')).items;
    expect(request).toMatchObject({ tool_name: 'gmail_send', tool_input: {}, status: 'pending' });
    const body = { request_id: request!['request_id'], decision, reason: 'I say so' };
    await post('/runs/123/approve', body);
    expect(await reached(123)).toMatchObject({ output: `${decision}: I say so` });
  });
});
