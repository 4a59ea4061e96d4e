import { plan, text } from 'm8tes-rx/testing';
import { served } from '../served';

describe('plan', () => {
  it.each([
    ['Approve', true],
    ['Revise: no mail', false],
  ])('answered %j is approved: %j', async (answer, approved) => {
    const { start, reached, get, post } = await served({
      script: function* () {
        yield* text(JSON.stringify(yield* plan('1. Look')));
      },
    });
    await start({ human_in_the_loop: true, permission_mode: 'plan' });
    await reached(123, 'awaiting_approval');
    expect((await get('/runs/123/permissions')).items).toMatchObject([
      {
        tool_name: 'AskUserQuestion',
        tool_input: { questions: [{ header: 'Plan Approval', question: '1. Look' }] },
      },
    ]);
    const { json } = await post('/runs/123/answer', { answers: { 'Plan Approval': answer } });
    expect(json).toEqual({ status: 'ok', resumed: true });
    const { output } = await reached(123);
    expect(JSON.parse(output!)).toEqual({ approved, answer });
  });
});
