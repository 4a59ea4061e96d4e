import { planText } from '../../lib/api/planText';

const asking = (...asked: readonly object[]) => ({
  request_id: 'req',
  tool_name: 'AskUserQuestion',
  tool_input: { questions: asked },
});

describe('planText', () => {
  it.each([
    ['the plan', asking({ header: 'Plan Approval', question: '1. Search' }), '1. Search'],
    [
      'the plan, not the question before it',
      asking({ header: 'Team', question: 'Which?' }, { header: 'Plan Approval', question: '1.' }),
      '1.',
    ],
    ['nothing where nothing is planned', asking({ header: 'Team', question: 'Which?' }), undefined],
    ['nothing of a tool', { request_id: 'req', tool_name: 'gmail_send' }, undefined],
  ])('is %s', (_, request, expected) => {
    expect(planText(request)).toBe(expected);
  });
});
