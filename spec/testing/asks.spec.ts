import { approval, plan, question, text, together } from 'm8tes-rx/testing';
import { asksPeople } from './held';
import { served } from './served';

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

describe('question', () => {
  const script = function* () {
    yield* text(yield* question({ question: 'Which one?', options: ['this', 'that'] }));
  };

  it('waits under AskUserQuestion, and hands the label back', async () => {
    const { start, reached, get, post } = await served({ script });
    await start({ human_in_the_loop: true });
    await reached(123, 'awaiting_approval');
    expect((await get('/runs/123/permissions')).items).toMatchObject([
      {
        tool_name: 'AskUserQuestion',
        tool_input: {
          questions: [
            {
              question: 'Which one?',
              header: 'Question',
              multiSelect: false,
              options: [{ label: 'this' }, { label: 'that' }],
            },
          ],
        },
      },
    ]);
    await post('/runs/123/answer', { answers: { 'Which one?': 'that' } });
    expect(await reached(123)).toMatchObject({ output: 'that' });
  });

  it('is not asked where nobody listens', async () => {
    const { finished } = await served({ script });
    expect(await finished()).toMatchObject({ output: '' });
  });
});

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
