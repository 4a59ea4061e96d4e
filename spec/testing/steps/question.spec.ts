import { question, text } from 'm8tes-rx/testing';
import { served } from '../served';

const script = function* () {
  yield* text(yield* question({ question: 'Which one?', options: ['this', 'that'] }));
};

describe('question', () => {
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
