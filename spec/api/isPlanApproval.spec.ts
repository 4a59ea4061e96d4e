import { isPlanApproval } from '../../lib/api/isPlanApproval';

const asking = (...asked: readonly object[]) => ({
  request_id: 'req',
  tool_name: 'AskUserQuestion',
  tool_input: { questions: asked },
});
const plan = { header: 'Plan Approval', question: '1. Search' };
const team = { header: 'Team', question: 'Which team?' };

describe('isPlanApproval', () => {
  it.each([
    ['a plan', asking(plan), true],
    ['a plan among questions', asking(team, plan), true],
    ['a question', asking(team), false],
    ['no question', asking(), false],
    ['a tool that poses as one', { ...asking(plan), tool_name: 'Plan Approval' }, false],
    ['a header in other letters', asking({ ...plan, header: 'plan approval' }), false],
  ])('of %s', (_, request, expected) => {
    expect(isPlanApproval(request)).toBe(expected);
  });
});
