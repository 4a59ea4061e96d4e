import { answersTo, isPlanApproval, planText, questions } from '../../lib/api/questions';

const asked = [
  { question: 'Which team?', header: 'Team', multiSelect: false, options: [{ label: 'A' }] },
];

describe('questions', () => {
  it.each([
    [
      'those that are asked',
      { tool_name: 'AskUserQuestion', tool_input: { questions: asked } },
      asked,
    ],
    [
      'only what is a question',
      {
        tool_name: 'AskUserQuestion',
        tool_input: { questions: [null, 'x', {}, { question: 7 }, ...asked] },
      },
      asked,
    ],
    [
      'with the options that can be shown',
      {
        tool_name: 'AskUserQuestion',
        tool_input: {
          questions: [
            {
              question: 'One?',
              options: [null, 'x', 7, {}, { label: 5 }, { label: 'A', more: 1 }],
            },
            { question: 'Two?', options: 'Yes or no' },
            { question: 'Three?', options: null },
          ],
        },
      },
      [
        { question: 'One?', options: [{ label: 'A', more: 1 }] },
        { question: 'Two?', options: [] },
        { question: 'Three?', options: [] },
      ],
    ],
    ['none of a tool', { tool_name: 'gmail_send', tool_input: { questions: asked } }, []],
    ['none of no tool', { tool_input: { questions: asked } }, []],
    ['none of no input', { tool_name: 'AskUserQuestion' }, []],
    [
      'none of what is no list',
      { tool_name: 'AskUserQuestion', tool_input: { questions: {} } },
      [],
    ],
  ])('of a request are %s', (_, request, expected) => {
    expect(questions({ request_id: 'req', ...request })).toEqual(expected);
  });
});

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

describe('answersTo', () => {
  const empty = { request_id: 'req', tool_name: 'AskUserQuestion' };
  it.each([
    ['the first question', asking(team, { question: 'And?' }), { 'Which team?': 'A' }],
    ['a plan', asking(plan), { 'Plan Approval': 'A' }],
    ['a question without questions', empty, { answer: 'A' }],
    ['a question without a text', asking({ question: '' }), { answer: 'A' }],
  ])('puts a label to %s', (_, request, expected) => {
    expect(answersTo(request, 'A')).toEqual(expected);
  });

  it('takes labels by question as they are', () => {
    const reply = { 'Which team?': 'A', 'And?': 'B' };
    expect(answersTo(asking(team), reply)).toBe(reply);
  });
});
